/** Inspecting a protobuf message that stands alone, with its schema or without. */
import { demandBytes } from '../wire/limits.ts';
import { decodeMessage } from '../message/codec.ts';
import { MessageReader } from '../message/reader.ts';
import type { Registry } from '../message/registry.ts';
import type { MessageType } from '../message/types.ts';
import { fault } from '../wire/errors.ts';
import { counted } from './meaning.ts';
import { MessageRows } from './messages.ts';
import { settle, type InspectOptions } from './options.ts';
import type { Place, Row } from './row.ts';
import { Schema } from './schema.ts';
import { faultOf, Sheet, within, type Spot } from './sheet.ts';

/** How a message is inspected. */
export interface InspectMessageOptions extends Pick<InspectOptions, 'limits' | 'textUnits'> {
  /** Its type. Left out, rows show field numbers and guess what the fields hold. */
  readonly type?: MessageType | undefined;
  /** Where the extensions of the type, and of those inside it, are found. */
  readonly registry?: Registry | undefined;
}

/** Where a message stands in the input. */
interface Surroundings {
  /** What to add to an offset in its bytes for one in the input. */
  readonly shift: number;
  readonly depth: number;
  readonly place: Place | undefined;
}

const ALONE: Surroundings = { shift: 0, depth: 0, place: undefined };

/**
 * Inspects a protobuf message that is the whole input: a row for every byte, and for its fault. Without a type,
 * length-delimited fields are messages where that is likelier than text or bytes; it is a guess. Never throws for what the
 * bytes are. Holds the rows of one top-level field at a time.
 * @throws TypeError when `bytes` is no Uint8Array, RangeError for options out of range.
 */
export function* inspectMessage(
  bytes: Uint8Array,
  options: InspectMessageOptions = {},
): Generator<Row, void, void> {
  yield* messageRows(plain(bytes), options, ALONE);
}

/**
 * Inspects messages that follow each other, each behind its length as a varint (`writeDelimitedTo`). A fault in one does not
 * hide those after it. Otherwise as `inspectMessage`.
 */
export function* inspectDelimited(
  bytes: Uint8Array,
  options: InspectMessageOptions = {},
): Generator<Row, void, void> {
  const all = plain(bytes);
  const reader = new MessageReader(all);
  for (let index = 0; reader.pos < all.length; index++) {
    const sheet = new Sheet(all, reader.pos, 0, false);
    const place = { parent: undefined, steps: [index] };
    const length = lengthRows(reader, sheet, { label: `message ${index}`, depth: 0, place });
    yield* sheet.rows;
    if (length === undefined) return;
    const end = reader.pos + length;
    yield* messageRows(all.subarray(reader.pos, end), options, { shift: reader.pos, depth: 1, place });
    reader.pos = end;
  }
}

function plain(bytes: Uint8Array): Uint8Array {
  demandBytes(bytes);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The row of a length; undefined where no whole message follows, which the rows say then. */
function lengthRows(reader: MessageReader, sheet: Sheet, spot: Spot): number | undefined {
  const end = sheet.bytes.length;
  let error = faultOf(() => reader.bits64());
  if (error === undefined) {
    const length = reader.high * 2 ** 32 + reader.low;
    const meaning = counted(length, 'byte');
    sheet.add(reader.pos, spot, { kind: 'length', meaning, head: reader.pos - sheet.pos, rule: 'MESSAGE-3' });
    if (length <= end - reader.pos) return length;
    error = fault('TRUNCATED', 'WIRE-9', end, 'the input ends inside a message');
  }
  sheet.unread(end, { ...spot, label: 'unread' }, `not read: ${error.code}`);
  sheet.fault(within(spot.place, error));
  return undefined;
}

function* messageRows(
  bytes: Uint8Array,
  options: InspectMessageOptions,
  { shift, depth, place }: Surroundings,
): Generator<Row, void, void> {
  const { type, registry } = options;
  const settings = settle(options);
  // The decoder has the last word: it knows more rules, and the whole path.
  const judged = type && faultOf(() => decodeMessage(type, bytes, { limits: settings.limits }));
  const rows = new MessageRows(new Sheet(bytes, 0, shift, false), new Schema(type, registry), settings);
  const top = rows.level(type, depth, place);
  let error = judged && within(place, judged);
  for (let pos = 0; pos < bytes.length;) {
    const sheet = new Sheet(bytes, pos, shift, false);
    const broken = faultOf(() => rows.next(sheet, top));
    if (broken !== undefined) {
      sheet.unread(bytes.length, { label: 'unread', depth, place }, `not read: ${broken.code}`);
      if (judged === undefined) error = within(rows.place, broken);
    }
    ({ pos } = sheet);
    if (error !== undefined && (error.offset < pos || pos === bytes.length)) {
      sheet.fault(error.moved(shift));
      error = undefined;
    }
    yield* sheet.rows;
    if (broken !== undefined) return;
  }
  if (error === undefined) return;
  const sheet = new Sheet(bytes, bytes.length, shift, false);
  sheet.fault(error.moved(shift));
  yield* sheet.rows;
}
