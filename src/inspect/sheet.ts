/** Collects rows. Each begins where the one before ended, so that no byte is left out and none stands twice. */
import { detailOf } from './faults.ts';
import { ProtocolError, type PathStep } from '../wire/errors.ts';
import { pathOf, type Place, type Row, type RowKind } from './row.ts';

/** Where an item stands: what its row says of the outside. */
export interface Spot {
  readonly label: string;
  readonly depth: number;
  readonly place: Place | undefined;
  /** Whether it is a secret that is not shown. */
  readonly hidden?: boolean;
}

/** What a row says of the inside. */
interface Content {
  readonly kind: RowKind;
  readonly meaning: string;
  readonly head?: number;
  readonly rule?: string | undefined;
}

const NOTHING = new Uint8Array(0);

export class SheetRow implements Row {
  readonly kind: RowKind;
  readonly offset: number;
  readonly length: number;
  readonly head: number;
  readonly bytes: Uint8Array;
  readonly depth: number;
  readonly label: string;
  /** Some items are understood only when what they hold was read. */
  meaning: string;
  readonly rule: string | undefined;
  readonly inflated: boolean;
  readonly fault: ProtocolError | undefined;
  private readonly place: Place | undefined;

  constructor(
    offset: number,
    length: number,
    bytes: Uint8Array,
    inflated: boolean,
    spot: Spot,
    content: Content,
    error?: ProtocolError,
  ) {
    this.kind = content.kind;
    this.offset = offset;
    this.length = length;
    this.head = content.head ?? 0;
    this.bytes = bytes;
    this.depth = spot.depth;
    this.label = spot.label;
    this.meaning = content.meaning;
    this.rule = content.rule;
    this.inflated = inflated;
    this.fault = error;
    this.place = spot.place;
  }

  get path(): readonly PathStep[] {
    return this.fault === undefined ? pathOf(this.place) : this.fault.path;
  }
}

export class Sheet {
  readonly rows: Row[] = [];
  readonly bytes: Uint8Array;
  /** Offset in `bytes` after the last row. */
  pos: number;
  private readonly shift: number;
  private readonly inflated: boolean;

  /** @param shift what to add to an offset in `bytes` for one in the input. */
  constructor(bytes: Uint8Array, pos: number, shift: number, inflated: boolean) {
    this.bytes = bytes;
    this.pos = pos;
    this.shift = shift;
    this.inflated = inflated;
  }

  /** The row of the bytes up to `end`; `length` tells how many it stands for when not all of them are at hand. */
  add(end: number, spot: Spot, content: Content, length: number = end - this.pos): SheetRow {
    const start = this.pos;
    const bytes = content.kind === 'hidden' ? NOTHING : this.bytes.subarray(start, end);
    const row = new SheetRow(start + this.shift, length, bytes, this.inflated, spot, content);
    this.rows.push(row);
    this.pos = end;
    return row;
  }

  /** The row of bytes up to `end` that a fault left unread, if there are any. */
  unread(end: number, spot: Spot, meaning: string): void {
    if (end > this.pos) this.add(end, spot, { kind: spot.hidden ? 'hidden' : 'unread', meaning });
  }

  /** Puts a fault after the row that holds the byte at fault, or at the end when no row does. */
  fault(error: ProtocolError): void {
    placeFault(this.rows, error, this.inflated);
  }
}

/** As `Sheet.fault`, among rows that no sheet has. */
export function placeFault(rows: Row[], error: ProtocolError, inflated: boolean): void {
  const { offset } = error;
  let at = rows.length;
  for (let i = rows.length - 1; i >= 0 && at === rows.length; i--) {
    const row = rows[i]!;
    const holds = row.inflated === inflated && row.offset <= offset && offset < row.offset + row.length;
    if (holds) at = i + 1;
  }
  const depth = rows[at - 1]?.depth ?? 0;
  const spot = { label: error.code, depth, place: undefined };
  const content = { kind: 'fault', meaning: detailOf(error), rule: error.rule } as const;
  rows.splice(at, 0, new SheetRow(offset, 0, NOTHING, inflated, spot, content, error));
}

/** The error with the steps of `place` before its own. */
export function within(place: Place | undefined, error: ProtocolError): ProtocolError {
  return place === undefined ? error : error.moved(0, [...pathOf(place), ...error.path]);
}

/** The ProtocolError that `run` throws, if it does; others go on. */
export function faultOf(run: () => void): ProtocolError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}
