/** Described messages inside values: a registry of type ids, and the way from one to the other. */
export { MessageIds } from './message-ids.ts';
export type { Unwrapped } from './message-ids.ts';
