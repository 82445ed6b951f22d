/** Replies from bytes to bytes, both ways, as `commands.ts` does with commands: strings, `+OK`, integers and nulls. [RESP-13] */
import { FrameKind } from '../../frame/kinds.ts';
import { RespTag } from '../../resp/tags.ts';
import { RespType } from '../../resp/types.ts';
import * as Head from '../../value/heads.ts';
import { varintLength, type Writer } from '../../wire/writer.ts';
import { CR, extent, isText, kindOf, LF, line, NEITHER, put, putCount, putHead, putLine, putValue, readCount, readString, valueLength } from './bytes.ts'; // prettier-ignore

const LETTER_O = 0x4f;
const LETTER_K = 0x4b;
const DASH = 0x2d;
const ONE = 0x31;

/**
 * Writes the REPLY that carries the reply at `bytes[pos]`.
 * @returns the index after the reply, 0 where it takes the slow way: nothing is written then.
 */
export function carryReply(bytes: Uint8Array, pos: number, end: number, out: Writer, id: number): number {
  switch (bytes[pos]) {
    case RespType.BulkString:
      return bytes[pos + 1] === DASH ? carryNull(bytes, pos, end, out, id) : carryBulk(bytes, pos, end, out, id);
    case RespType.SimpleString:
      return carryOk(bytes, pos, end, out, id);
    case RespType.Integer:
      return carryInteger(bytes, pos, end, out, id);
    case RespType.Null:
      if (pos + 3 > end || bytes[pos + 1] !== CR || bytes[pos + 2] !== LF) return 0;
      begin(out, id, 1);
      out.bytes[out.pos++] = Head.NULL;
      return pos + 3;
    default:
      return 0;
  }
} // prettier-ignore

/** The head and the id of a REPLY whose value takes `length` bytes, and room for that. */
function begin(out: Writer, id: number, length: number): void {
  const size = varintLength(id) + length;
  out.ensure(size + 8);
  putHead(out, FrameKind.REPLY, size);
  out.varint(id);
}

function carryBulk(bytes: Uint8Array, pos: number, end: number, out: Writer, id: number): number {
  if (!readCount(bytes, pos + 1, end)) return 0;
  const start = line.end;
  const stop = start + line.value;
  if (stop + 2 > end || bytes[stop] !== CR || bytes[stop + 1] !== LF) return 0;
  const kind = kindOf(bytes, start, stop);
  if (kind === NEITHER) return 0;
  begin(out, id, valueLength(kind, stop - start));
  putValue(out, kind, bytes, start, stop);
  return stop + 2;
}

/** `$-1`. */
function carryNull(bytes: Uint8Array, pos: number, end: number, out: Writer, id: number): number {
  if (pos + 5 > end || bytes[pos + 2] !== ONE || bytes[pos + 3] !== CR || bytes[pos + 4] !== LF) return 0;
  tagged(out, id, RespTag.Null);
  return pos + 5;
}

function carryOk(bytes: Uint8Array, pos: number, end: number, out: Writer, id: number): number {
  if (pos + 5 > end || bytes[pos + 1] !== LETTER_O || bytes[pos + 2] !== LETTER_K) return 0;
  if (bytes[pos + 3] !== CR || bytes[pos + 4] !== LF) return 0;
  tagged(out, id, RespTag.Status);
  return pos + 5;
}

/** A REPLY with 0 under a tag. */
function tagged(out: Writer, id: number, tag: number): void {
  begin(out, id, 3);
  out.bytes[out.pos++] = Head.TAGGED;
  out.bytes[out.pos++] = tag;
  out.bytes[out.pos++] = 0;
}

function carryInteger(bytes: Uint8Array, pos: number, end: number, out: Writer, id: number): number {
  if (!readCount(bytes, pos + 1, end)) return 0;
  const { value } = line;
  if (value > 0xffff) return 0;
  begin(out, id, value < Head.UINTS ? 1 : value < Head.UINTS + 256 ? 2 : 3);
  if (value < Head.UINTS) out.bytes[out.pos++] = value;
  else if (value < Head.UINTS + 256) {
    out.bytes[out.pos++] = Head.UINT_BYTES;
    out.bytes[out.pos++] = value - Head.UINTS;
  } else {
    out.bytes[out.pos++] = Head.UINT_BYTES + 1;
    out.bytes[out.pos++] = value & 0xff;
    out.bytes[out.pos++] = value >> 8;
  }
  return line.end;
} // prettier-ignore

/**
 * Writes the reply whose value is `bytes[pos, end)`.
 * @returns false where it takes the slow way: nothing is written then.
 */
export function giveReply(bytes: Uint8Array, pos: number, end: number, out: Writer): boolean {
  const head = bytes[pos]!;
  const size = end - pos;
  if (head < Head.UINT_BYTES && size === 1) return count(out, head);
  if (head === Head.UINT_BYTES && size === 2) return count(out, Head.UINTS + bytes[pos + 1]!);
  if (head === Head.TAGGED && size === 3 && bytes[pos + 2] === 0) {
    if (bytes[pos + 1] === RespTag.Status) return raw(out, OK);
    return bytes[pos + 1] === RespTag.Null && raw(out, NULL_BULK);
  }
  if (head === Head.NULL && size === 1) return raw(out, NULL);
  if (size === 0 || !readString(bytes, pos, end) || extent.end !== end) return false;
  if (extent.kind === Head.TEXT && !isText(bytes, extent.start, end)) return false;
  out.ensure(end - extent.start + 24);
  putCount(out, RespType.BulkString, end - extent.start);
  put(out, bytes, extent.start, end);
  putLine(out);
  return true;
}

const OK = Uint8Array.of(RespType.SimpleString, LETTER_O, LETTER_K, CR, LF);
const NULL_BULK = Uint8Array.of(RespType.BulkString, DASH, ONE, CR, LF);
const NULL = Uint8Array.of(RespType.Null, CR, LF);

function count(out: Writer, value: number): true {
  out.ensure(24);
  putCount(out, RespType.Integer, value);
  return true;
}

function raw(out: Writer, bytes: Uint8Array): true {
  out.ensure(bytes.length);
  put(out, bytes, 0, bytes.length);
  return true;
}
