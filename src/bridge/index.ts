/** RESP carried over sessions of Petrel's: the two halves of a bridge, without sockets, timers or clocks. */
export { ClientHalf } from './client.ts';
export type { Counts, Half } from './half.ts';
export type { BridgeOptions } from './options.ts';
export { ServerHalf } from './server.ts';
export { Sessions } from './sessions.ts';
