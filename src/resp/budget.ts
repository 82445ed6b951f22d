/** What one reply may come to, judged as it is read by what the value that carries it comes to. [RESP-7] */
import type { RespScanner } from './scanner.ts';
import { RespType } from './types.ts';

/** What carries something costs: levels of nesting, and elements beside the one that each value is. */
export interface Cost {
  readonly levels: number;
  readonly elements: number;
}

/** A tag. */
export const TAG: Cost = { levels: 1, elements: 1 };
/** An array of two under a tag. */
export const TAGGED_PAIR: Cost = { levels: 2, elements: 3 };

/** An aggregate, and how many values each of what its count counts is. */
export interface Aggregate extends Cost {
  readonly per: number;
}

/** A streamed one is under a further tag. */
export const AGGREGATES: Readonly<Record<number, Aggregate>> = {
  [RespType.BulkString]: { levels: 1, elements: 0, per: 1 },
  [RespType.Array]: { levels: 1, elements: 0, per: 1 },
  [RespType.Map]: { levels: 1, elements: 0, per: 2 },
  [RespType.Set]: { levels: 2, elements: 1, per: 1 },
  [RespType.Push]: { levels: 2, elements: 1, per: 1 },
  // the tag, the array of two, and the map
  [RespType.Attribute]: { levels: 3, elements: 3, per: 2 },
};

/** Counts what the reply that is being read comes to. Its faults are the scanner's, which then stays failed. */
export class Budget {
  private readonly scanner: RespScanner;
  private offset = 0;
  private elements = 0;
  private bytes = 0;

  constructor(scanner: RespScanner) {
    this.scanner = scanner;
  }

  /** A reply begins at the scanner's token. */
  begin(): void {
    this.offset = this.scanner.offset;
    this.elements = 0;
    this.bytes = 0;
  }

  /** @throws ProtocolError LIMIT_PAYLOAD at the reply's first byte. */
  addText(bytes: number): void {
    const { maxPayload } = this.scanner.limits;
    this.bytes += bytes;
    if (this.bytes > maxPayload)
      throw this.scanner.fail(
        'LIMIT_PAYLOAD',
        'RESP-7',
        this.offset,
        `more than ${maxPayload} bytes of text`,
      );
  }

  /** @throws ProtocolError LIMIT_ELEMENTS at `offset`. */
  addElements(count: number, offset: number): void {
    const { maxElements } = this.scanner.limits;
    this.elements += count;
    if (this.elements > maxElements)
      throw this.scanner.fail('LIMIT_ELEMENTS', 'RESP-7', offset, `more than ${maxElements} elements`);
  }

  /** @throws ProtocolError LIMIT_DEPTH at `offset`. */
  checkDepth(level: number, offset: number): void {
    const { maxDepth } = this.scanner.limits;
    if (level > maxDepth)
      throw this.scanner.fail('LIMIT_DEPTH', 'RESP-7', offset, `deeper than ${maxDepth} levels`);
  }
}
