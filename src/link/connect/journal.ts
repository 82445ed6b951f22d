/** A journal for a client's session: what was said is written down before it is sent. */
import type { ClientSession } from '../../session/index.ts';
import { JournalFile, type FileJournal, type JournalFileOptions } from '../journal/index.ts';

/** The one session of a client's file. */
const KEY = 'client';

export class SessionKeeper {
  readonly journal: FileJournal;
  private readonly file: JournalFile;
  private committing = false;

  private constructor(file: JournalFile) {
    this.file = file;
    this.journal = file.journal(KEY);
  }

  /** @throws JournalError, RangeError as `JournalFile.open`. */
  static async open(path: string, options: JournalFileOptions | undefined): Promise<SessionKeeper> {
    return new SessionKeeper(await JournalFile.open(path, options));
  }

  /** A session that a process before had goes on. */
  restore(session: ClientSession): void {
    const saved = this.journal.saved();
    if (saved !== undefined) session.restore(saved);
  }

  /** Makes safe what was done; `then` writes what waited for that. */
  settle(session: ClientSession, then: () => void, failed: (error: unknown) => void): void {
    if (this.committing || !this.file.dirty) return;
    this.committing = true;
    this.file
      .commit(session)
      .finally(() => (this.committing = false))
      .then(then, failed);
  }

  /** Lets go of the file. */
  async close(): Promise<void> {
    await this.file.close();
  }
}
