/** Inspecting a value that stands alone, without a frame. */
import { decode } from '../value/decode.ts';
import { valueKind } from '../value/kinds.ts';
import { ValueReader } from '../value/reader.ts';
import { settle, type InspectOptions } from './options.ts';
import type { Row } from './row.ts';
import { faultOf, Sheet, type Spot } from './sheet.ts';
import { ValueRows } from './values.ts';

const ALONE: Spot = { label: 'value', depth: 0, place: undefined };

/**
 * Inspects one value that is the whole input: a row for every byte, and for its fault. Never throws for what the bytes are.
 * @throws RangeError for options out of range.
 */
export function inspectValue(bytes: Uint8Array, options: InspectOptions = {}): readonly Row[] {
  const settings = settle(options);
  const { limits } = settings;
  const sheet = new Sheet(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), 0, 0, false);
  const reader = new ValueReader({ limits, lossless: true });
  const rows = new ValueRows(sheet, reader, () => ALONE, settings);
  reader.visitor = rows;
  reader.reset(sheet.bytes);
  const broken = faultOf(() => reader.readValue());
  const first = sheet.bytes[sheet.pos];
  if (first !== undefined) {
    if (broken === undefined)
      sheet.unread(bytes.length, { ...ALONE, label: 'unread' }, 'bytes after the value');
    else sheet.unread(bytes.length, rows.spot(), `not read; begins as ${valueKind(first)}`);
  }
  // The decoder itself has the last word: it knows the whole path.
  const error = faultOf(() => decode(bytes, { limits }));
  if (error !== undefined) sheet.fault(error);
  return sheet.rows;
}
