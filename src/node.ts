/** What `petrel` is on Node, Deno and Bun: its functions of values remember shapes. */
export * from './index.ts';
export { decode, decodeFirst, encode, encodeInto } from './value/remembered.ts';
