import type { Limits } from '../wire/limits.ts';

/** How RESP is read. */
export interface RespOptions {
  /**
   * `maxPayload`: most bytes of text in one reply or command. `maxDepth`, `maxElements`: of one reply, as the value that
   * carries it counts them; `maxElements` also: most parts of a command. [RESP-7]
   */
  readonly limits?: Partial<Limits>;
}

/** RESP's types: the first byte of each, as Redis's protocol specification names them. */
export const RespType = {
  SimpleString: 0x2b, // +
  SimpleError: 0x2d, // -
  Integer: 0x3a, // :
  BulkString: 0x24, // $
  Array: 0x2a, // *
  Null: 0x5f, // _
  Boolean: 0x23, // #
  Double: 0x2c, // ,
  BigNumber: 0x28, // (
  BulkError: 0x21, // !
  Verbatim: 0x3d, // =
  Map: 0x25, // %
  Attribute: 0x7c, // |
  Set: 0x7e, // ~
  Push: 0x3e, // >
  Chunk: 0x3b, // ;
  End: 0x2e, // .
} as const;

/** What a length or count is when it is none: RESP2's null, and the streamed forms. */
export const NULL_LENGTH = -1;
export const STREAMED = -2;
