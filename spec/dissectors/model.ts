/** What dissectors are made of: the registries of codes.json, row by row. */
import codes from '../codes.json' with { type: 'json' };

/** Where the number of a value's head is: in the first byte, in so many bytes after it, or in a varint. */
type NumberForm = 'inline' | 'bytes' | 'varint' | 'varint64' | 'zigzag';

/** What stands after a value's head. */
export type Content =
  | 'utf8'
  | 'utf16'
  | 'bytes'
  | 'values'
  | 'pairs'
  | 'record'
  | 'value'
  | 'float64'
  | 'float32'
  | 'scaled'
  | 'prefixed'
  | 'message';

/** A range of first bytes. [VALUE-1] */
export interface HeadRow {
  readonly low: number;
  readonly high: number;
  readonly kind: string;
  readonly number: NumberForm | undefined;
  /** What is added to the number as it is written. */
  readonly from: number;
  /** Of `bytes`: how many follow the range's lowest byte; each byte above has one more. */
  readonly width: number | undefined;
  /** Of `bytes`: smaller numbers have a shorter spelling. */
  readonly least: number | undefined;
  readonly content: Content | undefined;
}

/** How a field of a payload is written. `bytes`, `utf8` and `values` go up to the payload's end. */
type FieldType = 'varint' | 'length' | 'verb' | 'value' | 'values' | 'choice' | 'sized' | 'bytes' | 'utf8';

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** Of a `choice`: what its byte says, from 0. */
  readonly names?: readonly string[];
}

/** A kind of frame; without fields: one that is reserved, or never valid. */
export interface FrameRow {
  readonly kind: number;
  readonly name: string;
  readonly counted: boolean;
  readonly rule: string;
  readonly fields: readonly Field[];
}

interface RawHead {
  readonly first: string;
  readonly kind: string;
  readonly number?: string;
  readonly from?: number;
  readonly width?: number;
  readonly least?: number;
  readonly content?: string;
}

export const HEAD_ROWS: readonly HeadRow[] = (codes.valueHeads as readonly RawHead[]).map(headRow);

export const FRAME_ROWS: readonly FrameRow[] = codes.frameKinds.map((frame) => ({
  ...frame,
  fields: (codes.payloads.find((each) => each.frame === frame.name)?.fields ?? []) as readonly Field[],
}));

function headRow({ first, kind, number, from = 0, width, least, content }: RawHead): HeadRow {
  const [low, high = low] = first.split('-').map((byte) => Number.parseInt(byte, 16));
  const form = number as NumberForm | undefined;
  return { low: low!, high: high!, kind, number: form, from, width, least, content: content as Content | undefined }; // prettier-ignore
}

/** The rows of one kind, in the order of their first bytes. */
export function rowsOf(kind: string): readonly HeadRow[] {
  return HEAD_ROWS.filter((row) => row.kind === kind);
}

/** `0x5F`. */
export function hex(byte: number): string {
  return `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

export { codes };
