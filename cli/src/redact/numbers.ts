/** Numbers inside values, replaced by others of the same kind and length. */
import type { Filler } from './filler.ts';

const UINTS = 88;
const NINTS = 32;
/** In a decimal, a coefficient must not end in zero. [VALUE-15] */
type Last = (magnitude: bigint) => boolean;

const ANY: Last = () => true;
const NO_ZERO: Last = (magnitude) => magnitude % 10n !== 0n;

/** Replaces the integer, float or scaled float at out[start, end), if it is one. */
export function redactNumber(
  filler: Filler,
  out: Uint8Array,
  start: number,
  end: number,
  inDecimal: boolean,
): void {
  const head = out[start]!;
  const ends = inDecimal ? NO_ZERO : ANY;
  const body = (allowed: (value: bigint) => boolean): void =>
    permute(filler, out, start + 1, end, head, allowed);
  const inline = (first: number, count: number, bits: number, more: bigint): void => {
    const allowed = (value: bigint): boolean => value < count && ends(value + more);
    out[start] = first + Number(filler.number(BigInt(head - first), bits, first, allowed));
  };
  if (head < 0x58) inline(0, UINTS, 7, 0n);
  else if (head === 0x58) body((value) => ends(value + BigInt(UINTS)));
  else if (head < 0x60) body((value) => value >= least(end - start - 1, 344n) && ends(value));
  else if (head < 0x80) inline(0x60, NINTS, 5, 1n);
  else if (head === 0x80) body((value) => ends(value + BigInt(NINTS) + 1n));
  else if (head < 0x88)
    body((value) => value >= least(end - start - 1, 288n) && value < 2n ** 63n && ends(value + 1n));
  else if (head === 0xf3) body(isDouble);
  else if (head === 0xf4) redactSingle(filler, out, start + 1);
  else if (head === 0xfa && end > start + 2) redactScaled(filler, out, start + 1, end);
}

/** The smallest number that takes `width` bytes. */
function least(width: number, whereTwo: bigint): bigint {
  return width === 2 ? whereTwo : 1n << BigInt(8 * (width - 1));
}

/** Replaces a little-endian integer. */
export function permute(
  filler: Filler,
  out: Uint8Array,
  start: number,
  end: number,
  use: number,
  allowed: (value: bigint) => boolean,
): void {
  let value = 0n;
  for (let i = end; i-- > start;) value = (value << 8n) | BigInt(out[i]!);
  let found = filler.number(value, 8 * (end - start), use, allowed);
  for (let i = start; i < end; i++, found >>= 8n) out[i] = Number(found & 255n);
}

const view = new DataView(new ArrayBuffer(8));

/** Whether the bits are those of a float64 that no float32 holds. [VALUE-14] */
function isDouble(bits: bigint): boolean {
  view.setBigUint64(0, bits);
  const value = view.getFloat64(0);
  return !Number.isNaN(value) && Math.fround(value) !== value;
}

function isFiniteSingle(bits: bigint): boolean {
  return ((bits >> 23n) & 255n) !== 255n;
}

/** Infinities and NaN say no more than that. */
function redactSingle(filler: Filler, out: Uint8Array, start: number): void {
  const bits = new DataView(out.buffer, out.byteOffset + start, 4).getUint32(0, true);
  if (isFiniteSingle(BigInt(bits))) permute(filler, out, start, start + 4, 0xf4, isFiniteSingle);
}

/** The integer of a scaled float; its scale and sign stay. [VALUE-25] */
function redactScaled(filler: Filler, out: Uint8Array, control: number, end: number): void {
  const width = end - control - 1;
  const scale = (out[control]! >> 3) & 15;
  const top = 1n << BigInt(8 * (width - 1));
  const allowed = (value: bigint): boolean => {
    const magnitude = Number(value) / 10 ** scale;
    const short = width > 2 && Math.fround(magnitude) === magnitude;
    return value >= top && !(scale > 0 && value % 10n === 0n) && !short;
  };
  permute(filler, out, control + 1, end, 0xfa, allowed);
}

/**
 * Replaces the bytes of a bignum but for the two highest, which say whether it is one. [VALUE-18]
 * @param inDecimal makes it odd, so that it does not end in zero.
 */
export function redactBignum(
  filler: Filler,
  out: Uint8Array,
  start: number,
  end: number,
  inDecimal: boolean,
): void {
  out.set(filler.bytes(out.subarray(start, end - 2)), start);
  if (inDecimal) out[start]! |= 1;
}

/** Replaces the runs of digits in a number that is spelled; an exponent stays. */
export function redactDigits(filler: Filler, text: string): string {
  const [, mantissa = '', rest = ''] = /^([^eE]*)(.*)$/s.exec(text) ?? [];
  return mantissa.replace(/\d{1,15}/g, (run) => digits(filler, run)) + rest;
}

function digits(filler: Filler, run: string): string {
  const { length } = run;
  const most = 10n ** BigInt(length);
  const from = length > 1 && !run.startsWith('0') ? most / 10n : 0n;
  const bits = most.toString(2).length;
  const allowed = (value: bigint): boolean => value >= from && value < most;
  return filler
    .number(BigInt(run), bits, 200 + length, allowed)
    .toString()
    .padStart(length, '0');
}
