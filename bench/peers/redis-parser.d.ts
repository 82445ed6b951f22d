/** What of redis-parser, which has no declarations, is used. */
declare module 'redis-parser' {
  export default class Parser {
    constructor(options: {
      returnReply(reply: unknown): void;
      returnError(error: Error): void;
      returnBuffers?: boolean;
    });
    execute(bytes: Uint8Array): void;
  }
}
