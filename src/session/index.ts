/** Sessions without sockets, timers or clocks: nothing is lost over any number of broken links. */
export { ClientSession } from './client.ts';
export { CloseCode } from '../frame/close-code.ts';
export type { Cut, Failure, Outcome, SessionEvent } from './events.ts';
export type { Checkpoint, Journal, Saved, SavedFrame, SavedState } from './journal.ts';
export type { Link } from './link.ts';
export { MemoryJournal } from './memory-journal.ts';
export type { ClientOptions, Deflate, ServerOptions, SessionOptions, Watch } from './options.ts';
export type { Window } from './outbox.ts';
export type { CommandOptions } from './requests.ts';
export { Acceptor } from './acceptor.ts';
export type { AcceptorEvent } from './acceptor.ts';
export type { Random, ServerSession } from './server.ts';
export type { Work } from './session.ts';
export type { Closing } from './session-core.ts';
export { CLIENT, SERVER, STEPS } from './states.ts';
export type { SessionState, SessionStep, Transition } from './states.ts';
