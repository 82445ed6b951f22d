/** What a journal needs of a file system: so little that a test can cut its power. */

/** A file that only grows. */
export interface AppendFile {
  /** Writes all of these bytes behind what there is. */
  append(bytes: Uint8Array): Promise<void>;
  /** Resolves when all that was appended outlives a power cut. After a failure nothing is known of it. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The directory that a journal's file lies in. */
export interface Storage {
  /** A file's bytes; undefined where there is none. @throws JournalError `FULL` for more than `most` bytes. */
  read(name: string, most: number): Promise<Uint8Array | undefined>;
  /** Makes an empty file, in place of one that was there, which nobody but its owner may read. */
  create(name: string): Promise<AppendFile>;
  /** Gives a file the name of another, which is gone: at once or not at all. Resolves when that outlives a power cut. */
  replace(from: string, to: string): Promise<void>;
  /**
   * Keeps others from doing the same until it is given back, or this process ends.
   * @returns what gives it back.
   * @throws JournalError `LOCKED`.
   */
  lock(name: string): Promise<() => Promise<void>>;
}
