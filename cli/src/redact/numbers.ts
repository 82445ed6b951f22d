/** Numbers inside values, replaced by others of the same kind and length. */
import type { Filler } from './filler.ts';

const UINTS = 88;
const NINTS = 32;
/** In a decimal, a coefficient must not end in zero. [VALUE-15] */
type Last = (magnitude: bigint) => boolean;

const ANY: Last = () => true;
const NO_ZERO: Last = (magnitude) => magnitude % 10n !== 0n;

/** A number that is not replaced: bytes[start, end). */
export interface KeptNumber {
  readonly start: number;
  readonly end: number;
  readonly inDecimal: boolean;
}

/** So many characters in a row are a text. */
const TEXT = 4;

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

/** The first place from `start` on where characters enough for a text begin, and their end; undefined where there is none. */
function textAt(
  bytes: Uint8Array,
  start: number,
  end: number,
): readonly [from: number, to: number] | undefined {
  for (let from = start; from < end; from++) {
    let to = from;
    while (to < end && isPrintable(bytes[to]!)) to++;
    if (to - from >= TEXT) return [from, to];
    from = to;
  }
  return undefined;
}

/** Whether bytes[start, end) hold characters enough for a text. */
export function readsAsText(bytes: Uint8Array, start: number, end: number): boolean {
  return textAt(bytes, start, end) !== undefined;
}

/**
 * Replaces, of the numbers that were kept, those whose bytes read as a text together. The first bytes of small integers are the
 * characters of ASCII: where a text's head is wrong, as a peer with a bug writes it, its characters are numbers.
 */
export function redactReadable(
  filler: Filler,
  source: Uint8Array,
  out: Uint8Array,
  kept: readonly KeptNumber[],
): void {
  let first = 0;
  for (const [i, { end }] of kept.entries()) {
    if (kept[i + 1]?.start === end) continue;
    redactRun(filler, source, out, kept.slice(first, i + 1));
    first = i + 1;
  }
}

/** The same of numbers that touch each other. */
function redactRun(filler: Filler, source: Uint8Array, out: Uint8Array, run: readonly KeptNumber[]): void {
  const end = run.at(-1)!.end;
  let text = textAt(source, run[0]!.start, end);
  for (const number of run) {
    while (text !== undefined && text[1] <= number.start) text = textAt(source, text[1], end);
    if (text !== undefined && text[0] < number.end)
      redactNumber(filler, out, number.start, number.end, number.inDecimal);
  }
}

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
