/** A file of journals: records are gathered, written and made safe together, and the file is written anew when it is long. */
import { randomBytes } from 'node:crypto';
import { basename, dirname } from 'node:path';
import type { Checkpoint } from '../../session/index.ts';
import { Writer } from '../../wire/index.ts';
import { batch, BATCH_HEAD, FILE_HEAD, fileHead, recover, seedOf } from './batches.ts';
import { Directory } from './directory.ts';
import { JournalError } from './errors.ts';
import { FileJournal, type Owner } from './file-journal.ts';
import { replayRecords, type Replay } from './records.ts';
import type { AppendFile, Storage } from './storage.ts';

export interface JournalFileOptions {
  /** Most bytes that the file may have, and that may wait to be written, 1 KiB to 1 GiB. Default 256 MiB. */
  readonly maxBytes?: number;
  /** A file below so many bytes is not written anew; one above is when it has doubled. Default 1 MiB. */
  readonly rotateFrom?: number;
}

/** A session, as a journal sees it. */
export interface Durable {
  checkpoint(): Checkpoint;
  durable(checkpoint: Checkpoint): void;
}

const SMALL = 4096;

/**
 * A file of journals: of one session for a client, of many for a server, which then share each sync.
 *
 * @example
 * const file = await JournalFile.open('outbox.journal');
 * const journal = file.journal('me');
 * const session = new ClientSession({}, journal);
 * const saved = journal.saved();
 * if (saved !== undefined) session.restore(saved);
 * // whenever something was done with the session or its links
 * if (file.dirty) file.commit(session).then(pump, giveUp);
 */
export class JournalFile implements Owner, Replay {
  private readonly storage: Storage;
  private readonly name: string;
  private readonly maxBytes: number;
  private readonly rotateFrom: number;
  private readonly journals = new Map<string, FileJournal>();
  private readonly numbers = new Map<number, FileJournal>();
  private lastNumber = 0;
  /** Records that are not written. */
  pending: Writer = new Writer(SMALL);
  private file: AppendFile | undefined;
  private seed = 0;
  private batches = 0;
  private length = 0;
  /** When the file's length comes to this, it is written anew. */
  private rotateAt = 0;
  /** The write of now is over, whatever became of it. */
  private idle: Promise<void> = Promise.resolve();
  /** The write that waits for that, and takes all that is pending then. */
  private next: Promise<void> | undefined;
  private failure: JournalError | undefined;
  private unlock: (() => Promise<void>) | undefined;
  private replaying = false;

  private constructor(storage: Storage, name: string, options: JournalFileOptions) {
    this.storage = storage;
    this.name = name;
    this.maxBytes = within('maxBytes', options.maxBytes ?? 268_435_456, 1024, 1_073_741_824);
    this.rotateFrom = within('rotateFrom', options.rotateFrom ?? 1_048_576, 0, 1_073_741_824);
  }

  /**
   * Opens a file of journals, or makes one, and keeps other processes from doing so. What a process before had made safe is
   * there; of what it had not, whole commits in their order, or none.
   * @throws JournalError, of any code but `CLOSED`; RangeError naming the option that is out of its range.
   */
  static open(path: string, options: JournalFileOptions = {}): Promise<JournalFile> {
    return JournalFile.openIn(new Directory(dirname(path)), basename(path), options);
  }

  /** As `open`, in a directory of another kind. */
  static async openIn(
    storage: Storage,
    name: string,
    options: JournalFileOptions = {},
  ): Promise<JournalFile> {
    const opened = new JournalFile(storage, name, options);
    try {
      opened.unlock = await storage.lock(`${name}.lock`);
      const bytes = await storage.read(name, opened.maxBytes);
      if (bytes !== undefined) opened.recall(bytes);
      // never appended to what was found: a sync that failed before may have left it in the cache only
      await opened.rewrite();
    } catch (error) {
      const failure = opened.fail(error);
      await opened.release();
      throw failure;
    }
    return opened;
  }

  /** The journals that are here, by their keys. */
  get keys(): readonly string[] {
    return [...this.journals.keys()];
  }

  /** The journal with this key: one that was here, or else a new one. @throws RangeError for more than 1,024 characters. */
  journal(key: string): FileJournal {
    const known = this.journals.get(key);
    if (known !== undefined) return known;
    if (key.length > 1024) throw new RangeError('a key has at most 1,024 characters');
    const made = this.begin(this.lastNumber + 1, key);
    made.begin();
    return made;
  }

  /** Whether something was told that no commit has begun to write. */
  get dirty(): boolean {
    return this.pending.pos > 0;
  }

  /** Why nothing is promised any more. */
  get error(): JournalError | undefined {
    return this.failure;
  }

  /**
   * Makes safe what the journals were told so far, together with what others ask for meanwhile; then tells these sessions.
   * What it rejects with once, it always does: close the file, and begin anew with what it has.
   * @throws JournalError `FAILED`, `FULL` or `CLOSED`.
   */
  async commit(...sessions: readonly Durable[]): Promise<void> {
    const reached = sessions.map((session) => [session, session.checkpoint()] as const);
    await this.written();
    for (const [session, checkpoint] of reached) session.durable(checkpoint);
  }

  /** Commits, and lets go of the file. @throws JournalError as `commit`; then it is closed all the same. */
  async close(): Promise<void> {
    if (this.failure?.code === 'CLOSED') return;
    try {
      await this.written();
    } finally {
      await this.idle;
      this.failure = new JournalError('CLOSED', 'the journal was closed');
      await this.release();
    }
  }

  // What the journals and the records say.

  takes(journal: FileJournal): boolean {
    if (this.replaying || this.failure !== undefined || !this.numbers.has(journal.number)) return false;
    if (this.pending.pos <= this.maxBytes) return true;
    this.fail(new JournalError('FULL', `more than ${this.maxBytes} bytes wait to be written`));
    return false;
  }

  ended(journal: FileJournal): void {
    this.numbers.delete(journal.number);
    if (this.journals.get(journal.key) === journal) this.journals.delete(journal.key);
  }

  open(number: number, key: string): void {
    this.begin(number, key);
  }

  end(number: number): void {
    this.ended(this.at(number));
  }

  at(number: number): FileJournal {
    const journal = this.numbers.get(number);
    if (journal === undefined) throw new Error(`no journal has the number ${number}`);
    return journal;
  }

  private begin(number: number, key: string): FileJournal {
    const journal = new FileJournal(this, key, number);
    this.lastNumber = Math.max(this.lastNumber, number);
    this.journals.set(key, journal);
    this.numbers.set(number, journal);
    return journal;
  }

  /** Stands where a process before had stood. */
  private recall(bytes: Uint8Array): void {
    this.replaying = true;
    for (const { body, offset } of recover(bytes).bodies)
      try {
        replayRecords(body, this);
      } catch (cause) {
        throw new JournalError('CORRUPT', 'a batch holds what is no record', { offset, cause });
      }
    this.replaying = false;
  }

  // Writing: one at a time.

  private written(): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.next !== undefined) return this.next;
    const next = this.idle.then(() => {
      this.next = undefined;
      return this.flush();
    });
    this.next = next;
    this.idle = next.catch(() => {});
    return next;
  }

  private async flush(): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    const { pos } = this.pending;
    if (pos === 0) return;
    try {
      if (this.length + BATCH_HEAD + pos > this.rotateAt) await this.rewrite();
      else await this.append();
    } catch (error) {
      throw this.fail(error);
    }
  }

  private async append(): Promise<void> {
    const bytes = batch(this.take(), this.batches++, this.seed);
    this.length += bytes.length;
    await this.file!.append(bytes);
    await this.file!.sync();
  }

  /** Writes all that is known into a new file, which then takes the place of the old one. */
  private async rewrite(): Promise<void> {
    const { storage, name, file, maxBytes } = this;
    this.pending.pos = 0;
    const snapshot = this.snapshot();
    const length = FILE_HEAD + BATCH_HEAD + snapshot.length;
    if (length > maxBytes) throw new JournalError('FULL', `${length} bytes, at most ${maxBytes} are allowed`);
    const head = fileHead(randomBytes(8));
    const seed = seedOf(head);
    const made = await storage.create(`${name}.new`);
    this.file = made;
    await file?.close();
    await made.append(head);
    await made.append(batch(snapshot, 0, seed));
    await made.sync();
    await storage.replace(`${name}.new`, name);
    this.seed = seed;
    this.batches = 1;
    this.length = length;
    this.rotateAt = Math.min(maxBytes, Math.max(this.rotateFrom, 2 * length));
  }

  private snapshot(): Uint8Array {
    const out = new Writer(SMALL);
    for (const journal of this.numbers.values()) journal.replay(out);
    return out.peek();
  }

  private take(): Uint8Array {
    const { pending } = this;
    // what is written must not change meanwhile
    this.pending = new Writer(SMALL);
    return pending.peek();
  }

  /** Nothing is promised any more: what a sync that failed should have made safe, one that succeeds later need not. */
  private fail(error: unknown): JournalError {
    this.failure ??=
      error instanceof JournalError
        ? error
        : new JournalError('FAILED', `the journal can't be kept: ${(error as Error).message}`, {
            cause: error,
          });
    this.pending = new Writer(0);
    return this.failure;
  }

  private async release(): Promise<void> {
    const { file, unlock } = this;
    this.file = this.unlock = undefined;
    try {
      await file?.close();
    } finally {
      await unlock?.();
    }
  }
}

function within(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
  return value;
}
