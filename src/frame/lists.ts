/** Short frames as lists of offsets, many at once: the loop that `FrameScanner` spends its time in. */
import { EMPTY } from '../wire/gather.ts';
import { isAscii, wellFormedTo } from '../wire/utf8.ts';
import * as Head from '../value/heads.ts';
import * as Tag from '../value/tag.ts';
import { FrameKind } from './kinds.ts';
import { SliceKind } from './slices.ts';
import { verbName } from './verbs.ts';

/**
 * Most frames and values that are found at once. Their lists stay in a processor's nearest cache; and a loop of 128 turns was left
 * half compiled in 6 of 12 processes, at 1.6 of the time, of 32 turns in 1 of 12.
 */
const FRAMES = 32;
const VALUES = 512;

/** Where each list begins in the one that all of them are parts of. */
const HEADS_AT = FRAMES + 1;
const FIRSTS_AT = HEADS_AT + FRAMES;
const TYPES_AT = FIRSTS_AT + FRAMES + 1;
const STARTS_AT = TYPES_AT + VALUES;
const ENDS_AT = STARTS_AT + VALUES;
const ASCII_AT = ENDS_AT + VALUES;

// A name of another module is looked up at each use, in the loop too; one of this module is a constant: 2 ns a frame.
const { UINT_BYTES, TEXT, TEXT_LONG, BYTES, BYTES_LONG, ARRAY, TEXT_UTF16, TAGGED } = Head;
const { PUSH } = FrameKind;
/** Of the kinds up to PUSH, the bit of those that hold one value: REPLY and PART. */
const ONE_VALUE = 2;
const { BYTES: IS_BYTES, VALUE: IS_VALUE, TEXT_UTF16: IS_UTF16 } = SliceKind;

/** What offsets stay below, so that they can be added as 32-bit integers: a frame further on is read value by value. */
const FAR = 0x7fff_0000;

/** The first tag that is not registered with what it may hold. [VALUE-17] */
const FREE_TAG = Tag.PUSH + 1;

/** Names of the verbs that are numbers; undefined where a number is free. */
export const VERBS: readonly (string | undefined)[] = /* @__PURE__ */ Array.from(
  { length: Head.UINTS },
  (_, i) => verbName(i),
);
/** For each byte, whether it is a verb. */
const IS_VERB: Uint8Array = /* @__PURE__ */ Uint8Array.from({ length: 256 }, (_, i) =>
  verbName(i) === undefined ? 0 : 1,
);

// Functions as constants: a compiler puts them into the loop without a look at what they are.

/**
 * Whether a value's head and the two bytes after it are no small integer under a tag that may hold anything, as `+OK` of RESP is: 0 if they are.
 * Below 0 is what is too small of a tag or too large of a value, and from 128 on is a longer tag.
 */
const notFree = (head: number, tag: number, value: number): number =>
  (head ^ TAGGED) | (((tag - FREE_TAG) | tag | (UINT_BYTES - 1 - value)) & -128);

/**
 * Finds value `i`, which begins at `start` before `end`, and puts it into the lists.
 * @returns the index after it; `FAR` where it takes a closer look.
 */
const valueAt = (bytes: Uint8Array, start: number, end: number, list: Uint32Array, i: number): number => {
  const head = bytes[start]!;
  return (head - TEXT) >>> 0 < ARRAY - TEXT
    ? stringAt(head, bytes, start, end, list, i)
    : otherAt(head, bytes, start, end, list, i);
};

/** A text in UTF-8, or a byte string. */
const stringAt = (
  head: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  list: Uint32Array,
  i: number,
): number => {
  const isText = (head - BYTES) >> 31; // -1 or 0: a choice made by a branch is kept in memory by a compiler
  let from = (start + 1) | 0;
  let length = (head - BYTES + (isText & (BYTES - TEXT))) | 0;
  if (head === TEXT_LONG || head === BYTES_LONG) {
    const low = bytes[from]!;
    from = (from + 1) | 0;
    length = (length + (low & 0x7f)) | 0;
    if (low > 0x7f) {
      const high = bytes[from]!;
      if (high === 0 || high > 0x7f) return FAR;
      from = (from + 1) | 0;
      length = (length + (high << 7)) | 0;
    }
  }
  const to = (from + length) | 0;
  if (to > end) return FAR;
  if (isText !== 0) {
    const isPlain = isAscii(bytes, from, to);
    if (!isPlain && wellFormedTo(bytes, from, to) < to) return FAR;
    list[(i + ASCII_AT) | 0] = isPlain ? 1 : 0;
  }
  list[(i + TYPES_AT) | 0] = IS_BYTES + isText; // TEXT is the kind before it
  list[(i + STARTS_AT) | 0] = from;
  list[(i + ENDS_AT) | 0] = to;
  return to;
};

/** A text in UTF-16, a small integer, or one under a tag. */
const otherAt = (
  head: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  list: Uint32Array,
  i: number,
): number => {
  if (head === TEXT_UTF16) return utf16At(bytes, start, end, list, i);
  // Without a branch on which of the two it is, which can't be foreseen: 3 ns of 15 for `+OK` and integers in no order.
  const inHead = (head - UINT_BYTES) >> 31;
  const to = (start + 3 + (inHead & -2)) | 0;
  if (to > end) return FAR;
  if ((~inHead & notFree(head, bytes[(to - 2) | 0]!, bytes[(to - 1) | 0]!)) !== 0) return FAR;
  list[(i + TYPES_AT) | 0] = IS_VALUE;
  list[(i + STARTS_AT) | 0] = start;
  list[(i + ENDS_AT) | 0] = to;
  return to;
};

const utf16At = (bytes: Uint8Array, start: number, end: number, list: Uint32Array, i: number): number => {
  const length = bytes[start + 1]!;
  const from = (start + 2) | 0;
  const to = (from + length) | 0;
  if (!(to <= end) || !isNarrow(bytes, from, length)) return FAR;
  list[(i + TYPES_AT) | 0] = IS_UTF16;
  list[(i + STARTS_AT) | 0] = from;
  list[(i + ENDS_AT) | 0] = to;
  return to;
};

export class FrameLists {
  /** How many frames were found, from 1 to 32: what is beyond in the lists is old. */
  count = 0;
  /** What the offsets are of: the chunk as it was fed, or the scanner's copy of a frame that straddled chunks. */
  bytes: Uint8Array = EMPTY;
  /** All lists in one, which takes few registers in the loop: a sixth less time than apart. */
  private readonly list: Uint32Array = new Uint32Array(ASCII_AT + VALUES);
  /** Where each frame begins: frame `i` is `bytes[frames[i], frames[i + 1])`, its payload begins at `payload(i)`. */
  readonly frames: Uint32Array = this.list.subarray(0, HEADS_AT);
  /** The id and the verb of each frame, `id << 8 | verb`. */
  protected readonly heads: Uint32Array = this.list.subarray(HEADS_AT, FIRSTS_AT);
  /** The first value of each frame: those of frame `i` are `firsts[i]` up to `firsts[i + 1] - 1` of the lists of values. */
  readonly firsts: Uint32Array = this.list.subarray(FIRSTS_AT, TYPES_AT);
  /** What each value is, one of `SliceKind`, and where its content begins and ends in `bytes`. */
  types: Uint32Array = this.list.subarray(TYPES_AT, STARTS_AT);
  starts: Uint32Array = this.list.subarray(STARTS_AT, ENDS_AT);
  ends: Uint32Array = this.list.subarray(ENDS_AT, ASCII_AT);
  /** Of each text in UTF-8 that the loop found, whether it is ASCII: looked at again, texts take a tenth more time. */
  protected readonly ascii: Uint32Array = this.list.subarray(ASCII_AT);
  /** The frame after the last that was found is none of those that are found here, or not whole. */
  protected stopped = false;
  /** Where it would end, if the chunk ends inside it and its head is whole: otherwise 0; and its payload's length. */
  protected cutEnd = 0;
  protected cutSize = 0;

  /**
   * Finds frames from `pos` on as long as each is whole, of at most `most` bytes of payload, and of short heads, as nearly all are.
   * @param near a frame begins before it
   * @param size no frame ends after it
   * @returns the index after the last of them.
   */
  protected scan(bytes: Uint8Array, from: number, near: number, size: number, most: number): number {
    if (bytes !== this.bytes) this.bytes = bytes;
    const { list } = this;
    // As 32-bit integers: unchecked, sums take a tenth less time.
    const before = Math.min(near, FAR) | 0;
    const stop = Math.min(size, FAR) | 0;
    const longest = Math.min(most, FAR) | 0;
    let count = 0;
    let value = 0;
    let pos = from | 0;
    this.cutEnd = 0;
    if (from >= FAR) return this.found(0, from, true);
    list[0] = pos;
    list[FIRSTS_AT] = 0;
    for (;;) {
      if (pos >= before || count === FRAMES || value === VALUES) return this.found(count, pos, false);
      const first = bytes[pos]!;
      const kind = first >> 4;
      let at = (pos + 1) | 0;
      let length = first & 15;
      if (length === 15) {
        const low = bytes[at]!;
        at = (at + 1) | 0;
        length = (length + low) | 0;
        if (low > 0x7f) {
          const high = bytes[at]!;
          if (high === 0 || high > 0x7f) break;
          at = (at + 1) | 0;
          length = (length + (high << 7) - 0x80) | 0;
        }
      }
      const end = (at + length) | 0;
      if ((kind - 1) >>> 0 >= PUSH || length > longest) break;
      if (end > stop) {
        this.cutEnd = end;
        this.cutSize = length;
        break;
      }
      let head = 0;
      if (kind !== PUSH) {
        let byte = bytes[at]!;
        at = (at + 1) | 0;
        head = (byte & 0x7f) << 8;
        if (byte > 0x7f) {
          byte = bytes[at]!;
          at = (at + 1) | 0;
          head |= (byte & 0x7f) << 15;
          if (byte > 0x7f) {
            byte = bytes[at]!;
            at = (at + 1) | 0;
            head |= byte << 22;
          }
        }
        if ((byte - 1) >>> 0 > 0x7e) break;
      }
      if ((kind & ONE_VALUE) !== 0) {
        // Straight on, with no loop: after one, a compiler checks again what it knew of the lists and of the bytes.
        if (at >= end) break;
        at = valueAt(bytes, at, end, list, value);
        value = (value + 1) | 0;
      } else {
        const verb = bytes[at]!;
        at = (at + 1) | 0;
        if (IS_VERB[verb] !== 1) break;
        head |= verb;
        for (; at < end; value = (value + 1) | 0) {
          if (value >= VALUES) return this.found(count, pos, false);
          at = valueAt(bytes, at, end, list, value);
        }
      }
      if (at !== end) break;
      list[(count + HEADS_AT) | 0] = head;
      count = (count + 1) | 0;
      list[(count + FIRSTS_AT) | 0] = value;
      list[count] = pos = end;
    }
    return this.found(count, pos, true);
  }

  /** Gives lists of values that grew back. */
  protected shrink(): void {
    const { list } = this;
    this.types = list.subarray(TYPES_AT, STARTS_AT);
    this.starts = list.subarray(STARTS_AT, ENDS_AT);
    this.ends = list.subarray(ENDS_AT, ASCII_AT);
  }

  private found(count: number, end: number, stopped: boolean): number {
    this.count = count;
    this.stopped = stopped;
    return end;
  }
}

/** Whether so many bytes are UTF-16LE without surrogates, of a length that takes one byte. */
function isNarrow(bytes: Uint8Array, start: number, length: number): boolean {
  if (length > 0x7f || length % 2 > 0) return false;
  const end = start + length;
  for (let i = start + 1; i < end; i += 2) if (bytes[i]! >> 3 === 0x1b) return false;
  return true;
}
