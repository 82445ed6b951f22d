/** A document as a RESP3 server would reply it: texts as bulk strings, objects as maps. */
import { Decimal, Entries, Float, type Encodable } from 'petrel/value';

const LINE_END = '\r\n';
const INT64 = { lowest: -(2n ** 63n), highest: 2n ** 63n - 1n };

/** The RESP3 bytes of a value that JSON can say. */
export function encodeResp3(value: Encodable): Uint8Array {
  const parts: string[] = [];
  write(value, parts);
  return Buffer.from(parts.join(''));
}

function write(value: Encodable, out: string[]): void {
  if (value === null) out.push('_', LINE_END);
  else if (typeof value === 'boolean') out.push(value ? '#t' : '#f', LINE_END);
  else if (typeof value === 'string')
    out.push('$', String(Buffer.byteLength(value)), LINE_END, value, LINE_END);
  else if (typeof value === 'number' || typeof value === 'bigint') out.push(integer(BigInt(value)), LINE_END);
  else if (value instanceof Float) out.push(',', double(value.value), LINE_END);
  else if (value instanceof Decimal) out.push(',', `${value.coefficient}e${value.exponent}`, LINE_END);
  else if (value instanceof Entries) writeMap(value, out);
  else if (Array.isArray(value)) writeArray(value as readonly Encodable[], out);
  else throw new TypeError('only what JSON can say is priced');
}

function writeArray(values: readonly Encodable[], out: string[]): void {
  out.push('*', String(values.length), LINE_END);
  for (const value of values) write(value, out);
}

function writeMap(entries: Entries, out: string[]): void {
  out.push('%', String(entries.size), LINE_END);
  for (const [key, value] of entries) {
    write(key, out);
    write(value, out);
  }
}

/** A number where 64 bits hold it, a big number beyond. */
function integer(value: bigint): string {
  return `${value >= INT64.lowest && value <= INT64.highest ? ':' : '('}${value}`;
}

function double(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
