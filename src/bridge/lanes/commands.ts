/**
 * Commands from bytes to bytes, both ways. What is not frequent, not whole or not well-formed is left to the slow way, which
 * gives the same bytes for what these lanes carry. [RESP-12]
 */
import { FrameKind } from '../../frame/kinds.ts';
import * as Head from '../../value/heads.ts';
import { RespType } from '../../resp/types.ts';
import { varintLength, type Writer } from '../../wire/writer.ts';
import { CR, extent, isText, kindOf, LF, line, NEITHER, put, putCount, putHead, putLine, putValue, readCount, readString, valueLength } from './bytes.ts'; // prettier-ignore
import { isOdd, numberOf, REGISTERED } from './verbs.ts';

/** Most parts of a command that takes a lane. */
export const MOST_PARTS = 64;
const LONGEST_VERB = 64;

/** Of each part: where it starts, where it ends, how it goes. */
const starts = new Int32Array(MOST_PARTS);
const ends = new Int32Array(MOST_PARTS);
const kinds = new Uint8Array(MOST_PARTS);

/**
 * Writes the COMMAND that carries the command at `bytes[pos]`.
 * @returns the index after the command, 0 where it takes the slow way: nothing is written then.
 */
export function carryCommand(bytes: Uint8Array, pos: number, end: number, out: Writer, id: number): number {
  if (bytes[pos] !== RespType.Array || !readCount(bytes, pos + 1, end)) return 0;
  const count = line.value;
  if (count === 0 || count > MOST_PARTS) return 0;
  let at = line.end;
  let length = varintLength(id);
  for (let i = 0; i < count; i++) {
    if (bytes[at] !== RespType.BulkString || !readCount(bytes, at + 1, end)) return 0;
    const start = line.end;
    const stop = start + line.value;
    if (stop + 2 > end || bytes[stop] !== CR || bytes[stop + 1] !== LF) return 0;
    const kind = kindOf(bytes, start, stop);
    if (kind === NEITHER) return 0;
    starts[i] = start;
    ends[i] = stop;
    kinds[i] = kind;
    if (i > 0) length += valueLength(kind, stop - start);
    at = stop + 2;
  }
  const name = starts[0]!;
  const size = ends[0]! - name;
  if (kinds[0] !== Head.TEXT || size === 0 || size > LONGEST_VERB || isOdd(bytes, name, size)) return 0;
  const number = numberOf(bytes, name, size);
  length += number < 0 ? valueLength(Head.TEXT, size) : 1;
  out.ensure(length + 8);
  putHead(out, FrameKind.COMMAND, length);
  out.varint(id);
  if (number < 0) putValue(out, Head.TEXT, bytes, name, ends[0]!);
  else out.bytes[out.pos++] = number;
  for (let i = 1; i < count; i++) putValue(out, kinds[i]!, bytes, starts[i]!, ends[i]!);
  return at;
}

/** Bytes that a part in RESP has besides its own, at most. */
const OVERHEAD = 20;

/**
 * Writes the command that a COMMAND carries whose verb stands at `bytes[pos]`.
 * @returns false where it takes the slow way: nothing is written then.
 */
export function giveCommand(bytes: Uint8Array, pos: number, end: number, out: Writer): boolean {
  if (pos >= end) return false;
  const head = bytes[pos]!;
  const name = head < Head.UINT_BYTES ? REGISTERED[head]?.bulk : undefined;
  let at = pos + 1;
  let count = 0;
  if (name === undefined) {
    if (!(head > Head.TEXT && head < Head.TEXT_LONG) || !readString(bytes, pos, end)) return false;
    if (isOdd(bytes, extent.start, extent.end - extent.start)) return false;
    at = pos;
  }
  while (at < end) {
    if (count === MOST_PARTS - 1 || !readString(bytes, at, end)) return false;
    if (extent.kind === Head.TEXT && !isText(bytes, extent.start, extent.end)) return false;
    starts[count] = extent.start;
    ends[count++] = at = extent.end;
  }
  out.ensure(end - pos + OVERHEAD * (count + 2));
  putCount(out, RespType.Array, name === undefined ? count : count + 1);
  if (name !== undefined) put(out, name, 0, name.length);
  for (let i = 0; i < count; i++) {
    putCount(out, RespType.BulkString, ends[i]! - starts[i]!);
    put(out, bytes, starts[i]!, ends[i]!);
    putLine(out);
  }
  return true;
}
