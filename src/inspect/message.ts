/** Inspecting a protobuf message that stands alone, with its schema or without. */
import { decodeMessage } from '../message/codec.ts';
import type { Registry } from '../message/registry.ts';
import type { MessageType } from '../message/types.ts';
import { MessageRows } from './messages.ts';
import { settle, type InspectOptions } from './options.ts';
import type { Row } from './row.ts';
import { Schema } from './schema.ts';
import { faultOf, Sheet, within, type Spot } from './sheet.ts';

/** How a message is inspected. */
export interface InspectMessageOptions extends Pick<InspectOptions, 'limits' | 'textUnits'> {
  /** Its type. Left out, rows show field numbers and guess what the fields hold. */
  readonly type?: MessageType | undefined;
  /** Where the extensions of the type, and of those inside it, are found. */
  readonly registry?: Registry | undefined;
}

const UNREAD: Spot = { label: 'unread', depth: 0, place: undefined };

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
  if (!(bytes instanceof Uint8Array)) throw new TypeError('bytes must be a Uint8Array');
  const { type, registry } = options;
  const settings = settle(options);
  const all = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  // The decoder has the last word: it knows more rules, and the whole path.
  const judged = type && faultOf(() => decodeMessage(type, all, { limits: settings.limits }));
  const rows = new MessageRows(new Sheet(all, 0, 0, false), new Schema(type, registry), settings);
  const top = rows.level(type, 0, undefined);
  let fault = judged;
  for (let pos = 0; pos < all.length;) {
    const sheet = new Sheet(all, pos, 0, false);
    const broken = faultOf(() => rows.next(sheet, top));
    if (broken !== undefined) {
      sheet.unread(all.length, UNREAD, `not read: ${broken.code}`);
      fault = judged === undefined ? within(rows.place, broken) : fault;
    }
    ({ pos } = sheet);
    if (fault !== undefined && (fault.offset < pos || pos === all.length)) {
      sheet.fault(fault);
      fault = undefined;
    }
    yield* sheet.rows;
    if (broken !== undefined) return;
  }
  if (fault !== undefined) {
    const sheet = new Sheet(all, all.length, 0, false);
    sheet.fault(fault);
    yield* sheet.rows;
  }
}
