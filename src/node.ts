/** What `petrel` is on Node, Deno and Bun: its functions of values remember shapes. */
export * from './index.ts';
export { decode, decodeFirst, encode } from './value/remembered.ts';
export { encodeInto } from './value/into-node.ts';
