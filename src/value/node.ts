/** What `petrel/value` is on Node, Deno and Bun: its functions remember shapes. */
export * from './index.ts';
export { decode, decodeFirst, encode } from './remembered.ts';
