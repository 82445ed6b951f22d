/** What `petrel/value/into` is on Node, Deno and Bun: it remembers shapes. */
export { encodeInto } from './remembered.ts';
