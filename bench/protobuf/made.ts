/** Where modules that libraries made are kept while they are used: inside the repository, so that their imports are found. */
import { mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A schema, and those of its messages that are read and written. */
export interface BenchSchema {
  /** The `.proto` file, from the root of the repository. */
  readonly file: string;
  readonly package: string;
  readonly messages: readonly string[];
}

/** Runs what needs a folder for modules, and removes the folder. */
export async function withFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(fileURLToPath(new URL('../.made-', import.meta.url)));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Where a library's module is that uses those of a schema. */
export function pathOf(library: string, { file }: BenchSchema, folder: string): string {
  return join(folder, `${library} ${basename(file, '.proto')}`.replaceAll(/\W+/g, '-'), 'index.js');
}
