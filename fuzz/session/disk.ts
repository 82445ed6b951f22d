/** A journal whose writes are safe only a while later: a crash loses what was not yet, or keeps some of it. */
import { MemoryJournal, type Journal, type SavedFrame, type SavedState } from '../../src/session/index.ts';
import type { Uint64 } from '../../src/frame/index.ts';

/** What a new process finds: the session's journal, and the application's notes. */
export interface Remains {
  readonly journal: MemoryJournal;
  readonly notes: readonly string[];
}

export class Disk implements Journal {
  private records: ((to: MemoryJournal) => void)[] = [];
  private notes: { readonly at: number; readonly text: string }[] = [];
  private ends: number[] = [];
  private safe = 0;
  private lives = 0;

  save(state: SavedState): void {
    this.records.push((to) => to.save(state));
  }
  append(number: number, frame: SavedFrame): void {
    this.records.push((to) => to.append(number, frame));
  }
  waits(frame: SavedFrame): void {
    this.records.push((to) => to.waits(frame));
  }
  acked(number: number): void {
    this.records.push((to) => to.acked(number));
  }
  settled(ticket: number): void {
    this.records.push((to) => to.settled(ticket));
  }
  answered(ticket: number, number: number): void {
    this.records.push((to) => to.answered(ticket, number));
  }
  asked(id: Uint64, number: number): void {
    this.records.push((to) => to.asked(id, number));
  }
  taken(number: number): void {
    this.records.push((to) => to.taken(number));
  }
  clear(): void {
    this.records.push((to) => to.clear());
  }

  /** The application's own record, as safe as those around it. */
  note(text: string): void {
    this.notes.push({ at: this.records.length, text });
    this.records.push(() => {});
  }

  /** What was written since belongs together: a crash keeps all of it or nothing. */
  batch(): void {
    this.ends.push(this.records.length);
  }

  /** Whether something was written since. */
  get dirty(): boolean {
    return this.records.length > (this.ends.at(-1) ?? 0);
  }

  /** The application's notes so far. */
  told(): readonly string[] {
    return this.notes.map(({ text }) => text);
  }

  private get length(): number {
    return this.records.length;
  }

  /** Begins to make safe what there is. @returns what says that it is done: of no effect after a crash. */
  sync(): () => boolean {
    const { length, lives } = this;
    return () => {
      if (lives !== this.lives) return false;
      this.safe = Math.max(this.safe, length);
      return true;
    };
  }

  /**
   * The process ends: what was safe stays, and `extra` batches behind it.
   */
  crash(extra: number): Remains {
    const behind = this.ends.filter((end) => end > this.safe);
    return this.truncate(behind[extra - 1] ?? this.safe);
  }

  /** A backup is played back: it was made so many batches ago. */
  rollback(batches: number): Remains {
    return this.truncate(this.ends.at(-1 - batches) ?? 0);
  }

  private truncate(safe: number): Remains {
    this.lives++;
    this.safe = safe;
    this.records.length = this.safe;
    this.ends = this.ends.filter((end) => end <= this.safe);
    this.notes = this.notes.filter(({ at }) => at < this.safe);
    const journal = new MemoryJournal();
    for (const record of this.records) record(journal);
    return { journal, notes: this.notes.map(({ text }) => text) };
  }
}
