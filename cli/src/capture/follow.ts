/** A file that still grows, as tail -f reads it. */
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { usage } from '../exit.ts';

const CHUNK = 1 << 20;
/** Milliseconds between two looks. */
const PAUSE = 200;

/** The bytes of a file as they come, until `signal` says that it is enough. @throws CommandError where it gets shorter. */
export async function* follow(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw usage(`can't read ${path}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`);
  });
  let position = 0;
  try {
    while (!signal.aborted) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(CHUNK), 0, CHUNK, position);
      position += bytesRead;
      if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
      else if ((await file.stat()).size < position)
        throw usage(`${path} has become shorter: another file began`);
      else await sleep(PAUSE, undefined, { signal }).catch(() => {});
    }
  } finally {
    await file.close();
  }
}
