/** Where modules that libraries made are kept while they are used: inside the repository, so that their imports are found. */
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Runs what needs a folder for modules, and removes the folder. */
export async function withFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(fileURLToPath(new URL('../.made-', import.meta.url)));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
