/** The records in a batch: each a call of a journal's method. A number says which of the journals of a file it is about. */
import { decodeFrames, encodeFrame } from '../../frame/all.ts';
import type { Uint64 } from '../../frame/index.ts';
import type { Journal, SavedFrame, SavedState } from '../../session/index.ts';
import { Reader, Writer } from '../../wire/index.ts';

/** What the first byte of a record says, behind the journal's number. */
const Kind = {
  OPEN: 0,
  END: 1,
  SAVE: 2,
  APPEND: 3,
  WAITS: 4,
  ACKED: 5,
  SETTLED: 6,
  ANSWERED: 7,
  ASKED: 8,
  TAKEN: 9,
  CLEAR: 10,
  NOTE: 11,
} as const;

/** A journal, with what an application keeps beside it. */
export interface NotedJournal extends Journal {
  /** Keeps bytes under a name, instead of what was there; undefined: nothing. */
  note(name: string, bytes: Uint8Array | undefined): void;
}

/** Who is told what records say. */
export interface Replay {
  /** A journal begins. */
  open(journal: number, key: string): void;
  end(journal: number): void;
  /** @throws Error when no such journal has begun. */
  at(journal: number): NotedJournal;
}

/** Writes what one journal is told as records. */
export class RecordWriter implements NotedJournal {
  private readonly out: () => Writer;
  private readonly journal: number;

  /** @param out where the next record goes. */
  constructor(out: () => Writer, journal: number) {
    this.out = out;
    this.journal = journal;
  }

  open(key: string): void {
    this.bytes(this.begin(Kind.OPEN), Buffer.from(key));
  }

  end(): void {
    this.begin(Kind.END);
  }

  save({ tokens, attempt, peer }: SavedState): void {
    const out = this.begin(Kind.SAVE);
    out.varint(tokens.length);
    for (const token of tokens) this.bytes(out, token);
    out.varint(attempt);
    this.bytes(out, encodeFrame(peer));
  }

  append(number: number, frame: SavedFrame): void {
    const out = this.begin(Kind.APPEND);
    out.varint(number);
    this.frame(out, frame);
  }

  waits(frame: SavedFrame): void {
    this.frame(this.begin(Kind.WAITS), frame);
  }

  acked(number: number): void {
    this.begin(Kind.ACKED).varint(number);
  }

  settled(ticket: number): void {
    this.begin(Kind.SETTLED).varint(ticket);
  }

  answered(ticket: number, number: number): void {
    const out = this.begin(Kind.ANSWERED);
    out.varint(ticket);
    out.varint(number);
  }

  asked(id: Uint64, number: number): void {
    const out = this.begin(Kind.ASKED);
    out.varint(id);
    out.varint(number);
  }

  taken(number: number): void {
    this.begin(Kind.TAKEN).varint(number);
  }

  clear(): void {
    this.begin(Kind.CLEAR);
  }

  note(name: string, bytes: Uint8Array | undefined): void {
    const out = this.begin(Kind.NOTE);
    this.bytes(out, Buffer.from(name));
    out.byte(bytes === undefined ? 0 : 1);
    if (bytes !== undefined) this.bytes(out, bytes);
  }

  private begin(kind: number): Writer {
    const out = this.out();
    out.varint(this.journal);
    out.byte(kind);
    return out;
  }

  private frame(out: Writer, { frame, ticket, repeatable }: SavedFrame): void {
    out.varint(ticket);
    out.byte(repeatable ? 1 : 0);
    this.bytes(out, frame);
  }

  private bytes(out: Writer, bytes: Uint8Array): void {
    out.varint(bytes.length);
    out.raw(bytes);
  }
}

/** Tells what the records of a batch say, in order. @throws Error for what is no record. */
export function replayRecords(body: Uint8Array, to: Replay): void {
  const r = new Records(body);
  while (r.pos < r.end) r.record(to);
}

class Records extends Reader {
  record(to: Replay): void {
    const journal = this.number();
    const kind = this.byte();
    if (kind === Kind.OPEN) to.open(journal, this.text());
    else if (kind === Kind.END) to.end(journal);
    else this.call(kind, to.at(journal));
  }

  private call(kind: number, to: NotedJournal): void {
    switch (kind) {
      case Kind.SAVE:
        return to.save(this.state());
      case Kind.APPEND:
        return to.append(this.number(), this.frame());
      case Kind.WAITS:
        return to.waits(this.frame());
      case Kind.ACKED:
        return to.acked(this.number());
      case Kind.SETTLED:
        return to.settled(this.number());
      case Kind.ANSWERED:
        return to.answered(this.number(), this.number());
      case Kind.ASKED:
        return to.asked(this.varint(), this.number());
      case Kind.TAKEN:
        return to.taken(this.number());
      case Kind.CLEAR:
        return to.clear();
      case Kind.NOTE:
        return to.note(this.text(), this.byte() === 0 ? undefined : this.string());
      default:
        throw new Error(`no record is of kind ${kind}`);
    }
  }

  private number(): number {
    return Number(this.varint());
  }

  /** A copy: a view would keep the whole file. */
  private string(): Uint8Array {
    return this.view(this.length(), true);
  }

  private text(): string {
    return Buffer.from(this.string()).toString();
  }

  private frame(): SavedFrame {
    const ticket = this.number();
    const repeatable = this.byte() === 1;
    return { frame: this.string(), ticket, repeatable };
  }

  private state(): SavedState {
    const tokens = Array.from({ length: this.length() }, () => this.string());
    const attempt = this.varint();
    const [peer] = decodeFrames(this.string(), { lossless: true });
    return { tokens, attempt, peer: peer as SavedState['peer'] };
  }
}
