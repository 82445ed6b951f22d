/** The tags that say how RESP spelled a value where the value alone does not tell. [RESP-10] */
export const RespTag = {
  /** A simple string: the index of a common one, a text, or bytes that are no UTF-8. */
  Status: 7,
  /** RESP2's nulls: 0 is `$-1`, 1 is `*-1`. */
  Null: 8,
  /** A big number that 64 bits hold. */
  Big: 9,
  /** A double not in its shortest spelling: the float where C's `%.17g` spells it, else the spelling as a text. */
  Double: 10,
  /** A map that no map of Petrel's is, with an array as a key, say, or one key twice: keys and values in turn. */
  Pairs: 11,
  /** An aggregate of a length that was not announced. */
  Streamed: 12,
  /** A string in chunks, each a text or bytes. */
  Chunks: 13,
  /** An attribute whose map is one for `Pairs`: an array of those pairs and of the value that it describes. */
  PairsAttribute: 14,
} as const;

/** The simple strings that have an index. */
export const STATUSES: readonly string[] = ['OK', 'PONG', 'QUEUED'];
