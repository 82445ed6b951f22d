/** What link policies have learned, in a file: it outlives the process. */
import { open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** For the owner only: it says which networks a device was on. */
const MODE = 0o600;
/** Most bytes that are read or written: all that the policies keep, at their bounds, is less. */
const MOST = 4 * 2 ** 20;

/**
 * One record of plain data, as `save` of the policies gives it, in a file that is replaced as a whole: what is read is what one
 * `save` wrote, or nothing. One process at a time writes it.
 *
 * @example
 * const file = new HistoryFile('history.json');
 * ranking.load(await file.load(), now());
 * await file.save(ranking.save(now()));
 */
export class HistoryFile {
  private readonly path: string;
  private wanted: string | undefined;
  private writing: Promise<void> | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * The record; undefined where there is no file yet, and for one that is no JSON or has more than 4 MiB: what it is worth does
   * not keep an app from starting. Rejects with Node's error where the file can't be read.
   */
  async load(): Promise<unknown> {
    try {
      const { size } = await stat(this.path);
      return size > MOST ? undefined : parsed(await readFile(this.path, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /**
   * Resolves when a record is safe: this one, or a later one, for those that are given meanwhile are written once. Rejects with
   * Node's error, the file being as it was; with a TypeError for what is no plain data, a RangeError for more than 4 MiB.
   */
  async save(record: unknown): Promise<void> {
    const text = JSON.stringify(record) as string | undefined;
    if (text === undefined) throw new TypeError('a record must be plain data');
    const bytes = Buffer.byteLength(text);
    if (bytes > MOST) throw new RangeError(`a record has at most ${MOST} bytes, not ${bytes}`);
    this.wanted = text;
    this.writing ??= this.write();
    return this.writing;
  }

  private async write(): Promise<void> {
    try {
      for (let text = this.take(); text !== undefined; text = this.take()) await replace(this.path, text);
    } finally {
      this.writing = undefined;
    }
  }

  private take(): string | undefined {
    const { wanted } = this;
    this.wanted = undefined;
    return wanted;
  }
}

/** Beside it first: a name stands for the old content or for the new, never for a part of one. */
async function replace(path: string, text: string): Promise<void> {
  const made = `${path}.new`;
  const file = await open(made, 'w', MODE);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(made, path);
  await syncNames(dirname(path));
}

/** The new name is safe when its directory is; Windows opens no directories. */
async function syncNames(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
