/** What the numbers of protobuf fields say: by their type, or without one, by all that they may be. */
import type { MessageReader } from '../message/reader.ts';
import type { EnumType, Scalar } from '../message/types.ts';
import { spell } from './meaning.ts';

/** Numbers of a list that a row shows. */
const SHOWN = 16;
/** Readings of longer bytes as a list are not offered. */
const LONGEST_LIST = 64;

/** Times from 2000 to 2100, by the unit that they count. */
const UNITS: readonly (readonly [unit: string, perSecond: number])[] = [
  ['seconds', 1],
  ['milliseconds', 1e3],
  ['microseconds', 1e6],
  ['nanoseconds', 1e9],
];
const YEAR_2000 = 946_684_800;
const YEAR_2100 = 4_102_444_800;

/** The value of a scalar or an enum, which is read. @throws ProtocolError as the reader's method. */
export function typedMeaning(reader: MessageReader, type: Scalar | EnumType): string {
  return typeof type === 'string' ? scalarText(reader, type) : enumText(type, reader.int32());
}

/** The numbers of a packed field up to the reader's end, which are read. @throws ProtocolError as the reader's method. */
export function packedMeaning(reader: MessageReader, type: Scalar | EnumType): string {
  const list: string[] = [];
  let count = 0;
  for (; reader.pos < reader.end; count++) {
    const text = typedMeaning(reader, type);
    if (count < SHOWN) list.push(text);
  }
  return listText(list, count);
}

function listText(list: readonly string[], count: number): string {
  if (count === 0) return 'none';
  return `${list.join(', ')}${count > list.length ? `… ${count} in all` : ''}`;
}

function scalarText(reader: MessageReader, type: Scalar): string {
  if (type === 'float') return single(reader.float());
  if (type === 'double') return spell(reader.double());
  return String(reader[type === 'bytes' ? 'delimited' : type]());
}

/** A number of an enum, and its name if it has one. */
function enumText({ values }: EnumType, value: number): string {
  for (const name of Object.keys(values)) if (values[name] === value) return `${name} (${value})`;
  return `${value}, not in the enum`;
}

/** A varint of no known type, which is read: also as a signed number, a zigzag, a bool, a time. */
export function varintMeaning(reader: MessageReader): string {
  const { pos } = reader;
  const value = reader.uint64();
  const overlong = reader.pos - pos > 1 && reader.bytes[reader.pos - 1] === 0;
  reader.pos = pos;
  const zigzag = reader.sint64();
  let says = `varint ${value}`;
  if (value >= 2n ** 63n) says += `, int64 ${BigInt.asIntN(64, BigInt(value))}`;
  if (value === 0 || value === 1) says += `, ${value === 1}`;
  if (value !== 0) says += `, zigzag ${zigzag}`;
  if (overlong) says += ', overlong';
  return says + timeText(value);
}

/** Four bytes of no known type, which are read. */
export function fixed32Meaning(reader: MessageReader): string {
  const { pos } = reader;
  const value = reader.fixed32();
  reader.pos = pos;
  const signed = value > 0x7fff_ffff ? `, sfixed32 ${value | 0}` : '';
  return `fixed32 ${value}${signed}, float ${single(reader.float())}`;
}

/** Eight bytes of no known type, which are read. */
export function fixed64Meaning(reader: MessageReader): string {
  const { pos } = reader;
  const value = reader.fixed64();
  reader.pos = pos;
  const signed = value >= 2n ** 63n ? `, sfixed64 ${BigInt.asIntN(64, BigInt(value))}` : '';
  return `fixed64 ${value}${signed}, double ${spell(reader.double())}${timeText(value)}`;
}

/** Bytes that may be a packed list: `; as varints 3, 270`, where at most half of them have more to come. Empty otherwise. */
export function varintsMeaning(bytes: Uint8Array): string {
  const last = bytes.at(-1);
  if (last === undefined || last > 0x7f || bytes.length > LONGEST_LIST) return '';
  const wide = bytes.reduce((count, byte) => count + (byte >> 7), 0);
  if (bytes.length < 2 || 2 * wide > bytes.length) return '';
  const numbers: string[] = [];
  let value = 0;
  let width = 0;
  for (const byte of bytes) {
    value += (byte & 0x7f) * 128 ** width++;
    if (byte > 0x7f) continue;
    // No encoder writes a zero last; more than five bytes are rare in a list.
    if (width > 5 || (width > 1 && byte === 0)) return '';
    numbers.push(String(value));
    value = width = 0;
  }
  return numbers.length < 2 ? '' : `; as varints ${listText(numbers.slice(0, SHOWN), numbers.length)}`;
}

function timeText(value: number | bigint): string {
  const near = Number(value);
  for (const [unit, perSecond] of UNITS) {
    const seconds = near / perSecond;
    if (seconds < YEAR_2000 || seconds >= YEAR_2100) continue;
    return `, ${new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')} in ${unit}`;
  }
  return '';
}

/** A float by the fewest digits that read back as the same four bytes. */
function single(value: number): string {
  for (let digits = 6; digits < 9 && Number.isFinite(value); digits++) {
    const near = Number(value.toPrecision(digits));
    if (Math.fround(near) === value) return spell(near);
  }
  return spell(value);
}
