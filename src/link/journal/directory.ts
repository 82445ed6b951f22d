/** A directory of the file system. */
import { open, readFile, rename, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { JournalError } from './errors.ts';
import { lock } from './lock.ts';
import type { AppendFile, Storage } from './storage.ts';

/** For the owner only: there are tokens in it. */
const MODE = 0o600;

export class Directory implements Storage {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async read(name: string, most: number): Promise<Uint8Array | undefined> {
    const path = join(this.path, name);
    try {
      const { size } = await stat(path);
      if (size > most)
        throw new JournalError('FULL', `the file has ${size} bytes, at most ${most} are allowed`);
      return await readFile(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async create(name: string): Promise<AppendFile> {
    return new Appended(await open(join(this.path, name), 'w', MODE));
  }

  async replace(from: string, to: string): Promise<void> {
    await rename(join(this.path, from), join(this.path, to));
    await this.sync();
  }

  lock(name: string): Promise<() => Promise<void>> {
    return lock(join(this.path, name));
  }

  /** Makes names safe: a file that was synced is lost all the same when its name is not. */
  private async sync(): Promise<void> {
    // Windows opens no directories; its names are safe with the file
    if (process.platform === 'win32') return;
    const handle = await open(this.path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

class Appended implements AppendFile {
  private readonly handle: FileHandle;

  constructor(handle: FileHandle) {
    this.handle = handle;
  }

  async append(bytes: Uint8Array): Promise<void> {
    // a write may take less than it was given, and says so only by that
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.handle.write(bytes, done);
      done += bytesWritten;
    }
  }

  /** fdatasync: the file's new length is made safe with it, its times are not. */
  sync(): Promise<void> {
    return this.handle.datasync();
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
