/** Conversations: what the connections of a capture said, frame by frame, each reply with its command. */
export { Conversations } from './conversations.ts';
export type { ConversationOptions } from './conversations.ts';
export { roundTrip } from './petrel.ts';
export type { Inflate } from './petrel.ts';
export type { Asked, ConversationHandler, Remark, Said } from './said.ts';
export type { Direction, Session } from './sessions.ts';
export type { Protocol } from './sniff.ts';
export type { TlsHello } from './tls.ts';
export { describe, errorIn } from './describe.ts';
export type { DescribeOptions } from './describe.ts';
export { Totals } from './totals.ts';
export type { Slow, VerbTotals } from './totals.ts';
