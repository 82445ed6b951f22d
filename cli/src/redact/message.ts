/** Protobuf messages by their wire format: tags and lengths stay, what the fields hold is replaced. */
import { Guesser } from 'petrel/inspect';
import { MessageReader } from 'petrel/message';
import type { Filler } from './filler.ts';
import { permute, readsAsText } from './numbers.ts';
import { redactContent } from './texts.ts';

/** Fields that guesses look at, and how deep they go. */
const MOST_FIELDS = 100_000;
const DEEPEST = 32;

const WireType = { VARINT: 0, FIXED64: 1, DELIMITED: 2, FIXED32: 5 } as const;

/**
 * Replaces the fields of the message at out[start, end), all of it where it is none. Without a schema, what a
 * length-delimited field holds is a guess. A text that is taken for a message by mistake must not come through, so numbers
 * inside such guesses are always replaced.
 */
export function redactMessage(
  filler: Filler,
  out: Uint8Array,
  start: number,
  end: number,
  numbers: boolean,
): void {
  const bytes = out.slice(start, end);
  const guesser = new Guesser(bytes, DEEPEST, MOST_FIELDS);
  // short texts often happen to be well-formed messages
  if (!isMessage(bytes) || guesser.guess(0, bytes.length, 0).kind === 'text')
    return redactContent(filler, out, start, end);
  new MessageRedactor(filler, bytes, out.subarray(start, end), guesser).fields(0, bytes.length, numbers, 1);
}

/** Whether bytes are fields, whatever they hold. */
function isMessage(bytes: Uint8Array): boolean {
  const reader = new MessageReader(bytes);
  try {
    while (reader.pos < reader.end) reader.skip(reader.tag());
    return true;
  } catch {
    return false;
  }
}

class MessageRedactor {
  private readonly filler: Filler;
  private readonly source: Uint8Array;
  private readonly out: Uint8Array;
  private readonly guesser: Guesser;

  constructor(filler: Filler, source: Uint8Array, out: Uint8Array, guesser: Guesser) {
    this.filler = filler;
    this.source = source;
    this.out = out;
    this.guesser = guesser;
  }

  /** The fields of a message at `depth`. The tags of groups stand for themselves. */
  fields(start: number, end: number, numbers: boolean, depth: number): void {
    const reader = new MessageReader(this.source.subarray(0, end));
    reader.pos = start;
    while (reader.pos < end) {
      const wire = reader.tag() & 7;
      if (wire === WireType.VARINT) this.varint(reader, numbers);
      else if (wire === WireType.FIXED64) this.fixed(reader, 8, numbers);
      else if (wire === WireType.FIXED32) this.fixed(reader, 4, numbers);
      else if (wire === WireType.DELIMITED) this.delimited(reader, depth + 1);
    }
  }

  private varint(reader: MessageReader, numbers: boolean): void {
    const { pos } = reader;
    reader.bits64();
    if (!numbers) return;
    const width = reader.pos - pos;
    // the last byte stays where there are ten: it holds one bit
    const groups = Math.min(width, 9);
    let value = 0n;
    for (let i = groups; i-- > 0;) value = (value << 7n) | BigInt(this.source[pos + i]! & 127);
    const least = width === 1 || width === 10 ? 0n : 1n << BigInt(7 * (groups - 1));
    // a longer spelling than is needed stays one
    const short = value >= least;
    let found = this.filler.number(value, 7 * groups, 100 + width, (v) => !short || v >= least);
    for (let i = 0; i < groups; i++, found >>= 7n)
      this.out[pos + i] = Number(found & 127n) | (this.source[pos + i]! & 128);
  }

  private fixed(reader: MessageReader, width: number, numbers: boolean): void {
    const { pos } = reader;
    reader.pos += width;
    if (numbers || readsAsText(this.source, pos, reader.pos))
      permute(this.filler, this.out, pos, reader.pos, 120 + width, () => true);
  }

  private delimited(reader: MessageReader, depth: number): void {
    const length = reader.size();
    const start = reader.pos;
    reader.pos = start + length;
    if (length === 0) return;
    const { kind } = this.guesser.guess(start, reader.pos, depth);
    if (kind === 'message') this.fields(start, reader.pos, true, depth);
    else redactContent(this.filler, this.out, start, reader.pos);
  }
}
