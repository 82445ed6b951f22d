/**
 * Texts of messages in a row: put one after the other while the messages are read, ASCII and UTF-16 apart, and made parts of one
 * string then. To make a string of its own takes as long as to put its characters: a batch of 100 chat messages is read in
 * three quarters of the time.
 */
import { bulk, looseLatin1, looseUtf16 } from '../wire/platform.ts';
import { putUnits } from '../wire/transcode.ts';
import type { MessageReader } from './reader.ts';
import { readText } from './take.ts';

/** Most code units of one string: a kilobyte of ASCII, half of it where it is wider. */
const LETTERS = 1024;
const UNITS = 512;
/** Texts of fewer bytes are made at once, by one call with so many arguments. */
const FEW = 12;

/** Puts a text into the message that it is of. */
export type PutText = (into: object, text: string) => void;

/** Texts that become parts of one string. */
class Row {
  private readonly messages: (object | undefined)[] = [];
  private readonly puts: PutText[] = [];
  private readonly ends: number[] = [];
  private count = 0;
  /** Code units that are there. */
  size = 0;
  private readonly make: (end: number) => string;

  /** @param make the string of the first code units */
  constructor(make: (end: number) => string) {
    this.make = make;
  }

  add(end: number, into: object, put: PutText): void {
    const { count } = this;
    this.messages[count] = into;
    this.puts[count] = put;
    this.ends[count] = this.size = end;
    this.count = count + 1;
  }

  /** Makes the string, and puts its parts into their messages. */
  settle(): void {
    const { count, messages, puts, ends } = this;
    if (count === 0) return;
    const all = this.make(this.size);
    let from = 0;
    for (let i = 0; i < count; i++) {
      const end = ends[i]!;
      puts[i]!(messages[i]!, all.substring(from, end));
      messages[i] = undefined;
      from = end;
    }
    this.count = this.size = 0;
  }
}

/** The texts that a reader has put off. */
export class Deferred {
  private readonly letters = new DataView(new ArrayBuffer(LETTERS));
  private readonly units = new Uint16Array(UNITS);
  private readonly narrow: Row;
  private readonly wide: Row;
  private viewed: Uint8Array | undefined;
  /** Rows of messages that are being read, one in the other. */
  open = 0;
  private view: DataView | undefined;

  constructor() {
    const letters = new Uint8Array(this.letters.buffer);
    const units = new Uint8Array(this.units.buffer);
    this.narrow = new Row((end) => looseLatin1(letters, 0, end));
    this.wide = new Row((end) => looseUtf16(units, 0, 2 * end));
  }

  /** Whether the text of four bytes or more was taken: it is well-formed, without characters beyond U+FFFF. [WIRE-7] */
  take(bytes: Uint8Array, start: number, stop: number, into: object, put: PutText): boolean {
    if (this.viewed !== bytes) this.look(bytes);
    const view = this.view!;
    const { narrow, wide } = this;
    if (narrow.size + stop - start > LETTERS) narrow.settle();
    const end = putLetters(view, start, stop, this.letters, narrow.size);
    if (end >= 0) {
      narrow.add(end, into, put);
      return true;
    }
    if (wide.size + stop - start > UNITS) wide.settle();
    const behind = putUnits(view, start, stop, this.units, wide.size);
    if (behind < 0) return false;
    wide.add(behind, into, put);
    return true;
  }

  private look(bytes: Uint8Array): void {
    this.viewed = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Puts all of them into their messages. */
  settle(): void {
    this.narrow.settle();
    this.wide.settle();
    this.viewed = this.view = undefined;
  }
}

/** Puts ASCII of four bytes or more, the last four twice. @returns the end of it; -1 for what is none. */
function putLetters(view: DataView, first: number, stop: number, into: DataView, at: number): number {
  const last = (stop | 0) - 4;
  const end = (at | 0) + (stop | 0) - (first | 0);
  let all = view.getInt32(last, true);
  let to = at | 0;
  for (let i = first | 0; i < last; i += 4) {
    const word = view.getInt32(i, true);
    all |= word;
    into.setInt32(to, word, true);
    to += 4;
    if ((word & 0x8080_8080) !== 0) return -1;
  }
  into.setInt32(end - 4, view.getInt32(last, true), true);
  return (all & 0x8080_8080) === 0 ? end : -1;
}

/** One that no reader has: to make it takes as long as a hundred texts. */
let idle: Deferred | undefined;
/** Positions in longer inputs are no integers of 32 bits. */
const LARGEST = 0x7fff_ffff;

/** From here on texts may be put off, until `gathered` was called as often. */
export function gather(reader: MessageReader): void {
  if (!bulk || reader.bytes.length > LARGEST) return;
  if (reader.deferred === undefined) {
    reader.deferred = idle ?? new Deferred();
    idle = undefined;
  }
  reader.deferred.open++;
}

/** All texts are there that were put off. */
export function gathered(reader: MessageReader): void {
  const { deferred } = reader;
  if (deferred === undefined || --deferred.open > 0) return;
  deferred.settle();
  reader.deferred = undefined;
  idle = deferred;
}

/** A message that was there already, whose texts are about to change. */
export function settled<T>(reader: MessageReader, message: T): T {
  reader.deferred?.settle();
  return message;
}

/** As `readText`, of a field that is read into this message the first time. @returns the text; '' where it comes later, by `put`. */
export function gatherText(reader: MessageReader, into: object, put: PutText): string {
  const { deferred } = reader;
  if (deferred !== undefined) {
    const { bytes, pos } = reader;
    const length = bytes[pos]!;
    const end = pos + 1 + length;
    if (length > FEW && length < 0x80 && end <= reader.end && deferred.take(bytes, pos + 1, end, into, put)) {
      reader.pos = end;
      return '';
    }
  }
  return readText(reader);
}
