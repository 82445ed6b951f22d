/** RESP2 and RESP3: Redis's protocol, read at any chunking and written byte for byte as it came. */
export { RespCommandScanner } from './command-scanner.ts';
export { RespCommandReader } from './commands.ts';
export type { RespCommand } from './commands.ts';
export { RespReader } from './reader.ts';
export { RespScanner } from './scanner.ts';
export { RespTag, STATUSES } from './tags.ts';
export { NULL_LENGTH, RespType, STREAMED } from './types.ts';
export type { RespOptions } from './types.ts';
export { encodeResp, RespWriter } from './writer.ts';
