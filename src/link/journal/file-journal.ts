/** One of the journals of a file. */
import {
  MemoryJournal,
  type Journal,
  type Saved,
  type SavedFrame,
  type SavedState,
} from '../../session/index.ts';
import type { Uint64 } from '../../frame/index.ts';
import type { Writer } from '../../wire/index.ts';
import { RecordWriter, type NotedJournal } from './records.ts';

/** What a journal asks of its file. */
export interface Owner {
  /** Where the next record goes. */
  readonly pending: Writer;
  /** Whether records of this journal are taken. */
  takes(journal: FileJournal): boolean;
  ended(journal: FileJournal): void;
}

/**
 * A session's journal in a file, and what the application keeps beside it. What it is told is safe when the next
 * `JournalFile.commit` has resolved: all that was told between two commits, or nothing of it. After a failure of the file it is
 * told in vain, and so `commit` says.
 */
export class FileJournal implements Journal, NotedJournal {
  /** By which the application knows it. */
  readonly key: string;
  /** By which its records do. */
  readonly number: number;
  private readonly owner: Owner;
  private readonly records: RecordWriter;
  private readonly memory = new MemoryJournal();
  private readonly kept = new Map<string, Uint8Array>();

  constructor(owner: Owner, key: string, number: number) {
    this.owner = owner;
    this.key = key;
    this.number = number;
    this.records = new RecordWriter(() => owner.pending, number);
  }

  /** What a session can be restored from; undefined when there is nothing. */
  saved(): Saved | undefined {
    return this.memory.saved();
  }

  /** What the application keeps, by name. */
  get notes(): ReadonlyMap<string, Uint8Array> {
    return this.kept;
  }

  /**
   * Keeps bytes under a name, instead of what was there; undefined: nothing. They are as safe as what the session tells between
   * the same two commits: what an event made the application do, kept before the next commit, is done exactly once.
   */
  note(name: string, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) this.kept.delete(name);
    else this.kept.set(name, bytes.slice());
    this.to?.note(name, bytes);
  }

  /** The session is over, and nothing is left to be told: the file forgets this journal, and its notes. */
  end(): void {
    this.to?.end();
    this.owner.ended(this);
  }

  /** Writes that this journal begins. */
  begin(): void {
    this.to?.open(this.key);
  }

  /** Writes what it takes to stand where this stands. */
  replay(out: Writer): void {
    const to = new RecordWriter(() => out, this.number);
    to.open(this.key);
    this.memory.replay(to);
    for (const [name, bytes] of this.kept) to.note(name, bytes);
  }

  save(state: SavedState): void {
    this.memory.save(state);
    this.to?.save(state);
  }
  append(number: number, frame: SavedFrame): void {
    this.memory.append(number, frame);
    this.to?.append(number, frame);
  }
  acked(number: number): void {
    this.memory.acked(number);
    this.to?.acked(number);
  }
  settled(ticket: number): void {
    this.memory.settled(ticket);
    this.to?.settled(ticket);
  }
  answered(ticket: number, number: number): void {
    this.memory.answered(ticket, number);
    this.to?.answered(ticket, number);
  }
  asked(id: Uint64, number: number): void {
    this.memory.asked(id, number);
    this.to?.asked(id, number);
  }
  taken(number: number): void {
    this.memory.taken(number);
    this.to?.taken(number);
  }
  waits(frame: SavedFrame): void {
    this.memory.waits(frame);
    this.to?.waits(frame);
  }
  clear(): void {
    this.memory.clear();
    this.to?.clear();
  }

  private get to(): RecordWriter | undefined {
    return this.owner.takes(this) ? this.records : undefined;
  }
}
