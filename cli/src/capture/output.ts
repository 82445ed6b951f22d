/** Files that captures are written to. */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { usage } from '../exit.ts';

/** A file to write to, empty. @throws CommandError where it can't be written. */
export async function create(path: string): Promise<WriteStream> {
  const file = createWriteStream(path);
  try {
    await once(file, 'open');
    return file;
  } catch (error) {
    throw usage(`can't write ${path}: ${(error as NodeJS.ErrnoException).code}`);
  }
}
