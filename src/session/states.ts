/**
 * The session's states as data. PROTOCOL.md prints these tables, and the session asks them for every step: what is not
 * here can't happen.
 */

/** Where a session stands. */
export type SessionState = 'idle' | 'greeting' | 'open' | 'broken' | 'resuming' | 'draining' | 'closed';

/** What moves it. */
export type SessionStep =
  | 'connect'
  | 'hello'
  | 'resume'
  | 'cut'
  | 'drain'
  | 'drained'
  | 'lost'
  | 'expire'
  | 'end';

/** From a state, by a step, to a state; what is done on the way; the rule behind it. */
export type Transition = readonly [
  from: SessionState,
  step: SessionStep,
  to: SessionState,
  does: string,
  rule: string,
];

/** What the steps mean, for both roles. */
export const STEPS: { readonly [step in SessionStep]: string } = {
  connect: 'the application has opened a link',
  hello: "the server's HELLO has come, or was sent",
  resume: "the server's RESUME has come, or was sent",
  cut: 'the link has ended, failed, fallen silent, or a CLOSE of the link has come',
  drain: 'the application wants to close',
  drained: 'nothing is unacknowledged or unanswered any more, or the deadline for it has passed',
  lost: 'the server does not have the session any more',
  expire: 'no link has come for as long as the server keeps a session',
  end: 'a CLOSE of the session was sent or has come',
};

export const CLIENT: readonly Transition[] = [
  ['idle', 'connect', 'greeting', 'sends HELLO', 'HELLO-1'],
  ['idle', 'drain', 'closed', 'nothing to wait for', 'SESSION-21'],
  ['idle', 'end', 'closed', 'fails what waits', 'SESSION-23'],
  ['greeting', 'hello', 'open', 'sends what waits', 'HELLO-10'],
  ['greeting', 'connect', 'greeting', 'drops the older link, sends HELLO', 'SESSION-2'],
  ['greeting', 'cut', 'idle', 'nothing was sent', 'HELLO-10'],
  ['greeting', 'drain', 'greeting', 'drains when it is open', 'SESSION-21'],
  ['greeting', 'end', 'closed', 'fails what waits', 'SESSION-23'],
  ['open', 'connect', 'resuming', 'drops the older link, sends RESUME and what is not acknowledged', 'SESSION-2'],
  ['open', 'cut', 'broken', 'keeps what is not acknowledged', 'SESSION-14'],
  ['open', 'drain', 'draining', 'takes no new work', 'SESSION-21'],
  ['open', 'lost', 'idle', 'tells what is unknown, keeps what may be repeated', 'SESSION-15'],
  ['open', 'end', 'closed', 'fails what is unanswered', 'SESSION-23'],
  ['broken', 'connect', 'resuming', 'sends RESUME and what is not acknowledged', 'SESSION-3'],
  ['broken', 'drain', 'broken', 'drains when it is open', 'SESSION-21'],
  ['broken', 'lost', 'idle', 'tells what is unknown, keeps what may be repeated', 'SESSION-15'],
  ['broken', 'end', 'closed', 'fails what is unanswered', 'SESSION-23'],
  ['resuming', 'resume', 'open', 'frees what the server has, drops what comes twice', 'SESSION-3'],
  ['resuming', 'connect', 'resuming', 'drops the older link, raises attempt', 'SESSION-4'],
  ['resuming', 'drained', 'closed', 'sends CLOSE of the session behind its RESUME', 'SESSION-21'],
  ['resuming', 'cut', 'broken', 'keeps the token that it has', 'SESSION-5'],
  ['resuming', 'drain', 'resuming', 'drains when it is open', 'SESSION-21'],
  ['resuming', 'lost', 'idle', 'tells what is unknown, keeps what may be repeated', 'SESSION-15'],
  ['resuming', 'end', 'closed', 'fails what is unanswered', 'SESSION-23'],
  ['draining', 'drained', 'closed', 'sends CLOSE of the session', 'SESSION-21'],
  ['draining', 'connect', 'resuming', 'drops the older link, sends RESUME and what is not acknowledged', 'SESSION-2'],
  ['draining', 'cut', 'broken', 'drains when it is open again', 'SESSION-14'],
  ['draining', 'lost', 'closed', 'tells what is unknown', 'SESSION-15'],
  ['draining', 'end', 'closed', 'fails what is unanswered', 'SESSION-23'],
]; // prettier-ignore

export const SERVER: readonly Transition[] = [
  ['idle', 'hello', 'open', 'answers with HELLO', 'HELLO-1'],
  ['open', 'resume', 'open', 'fences the older link, answers with RESUME, sends what is not acknowledged', 'SESSION-4'],
  ['open', 'cut', 'broken', 'keeps what is not acknowledged', 'SESSION-14'],
  ['open', 'drain', 'draining', 'takes no new work', 'SESSION-21'],
  ['open', 'end', 'closed', 'fails what is unanswered', 'SESSION-23'],
  ['broken', 'resume', 'open', 'answers with RESUME, sends what is not acknowledged', 'SESSION-3'],
  ['broken', 'drain', 'broken', 'drains when it is open', 'SESSION-21'],
  ['broken', 'expire', 'closed', 'fails what is unanswered', 'SESSION-22'],
  ['broken', 'end', 'closed', 'fails what is unanswered', 'SESSION-23'],
  ['draining', 'drained', 'closed', 'sends CLOSE of the session', 'SESSION-21'],
  ['draining', 'resume', 'open', 'fences the older link, drains when it is open', 'SESSION-4'],
  ['draining', 'cut', 'broken', 'drains when it is open again', 'SESSION-14'],
  ['draining', 'end', 'closed', 'fails what is unanswered', 'SESSION-23'],
]; // prettier-ignore

/** The state that follows. @throws Error for a step that the table does not have: a fault of this library. */
export function following(table: readonly Transition[], from: SessionState, step: SessionStep): SessionState {
  const row = table.find(([state, by]) => state === from && by === step);
  if (row === undefined) throw new Error(`a session that is ${from} knows no ${step}`);
  return row[2];
}
