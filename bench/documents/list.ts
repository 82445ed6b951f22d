/** The public JSON documents that sizes are measured on, as `corpora.json` pins them. */
import { readFileSync } from 'node:fs';
import manifest from '../../package.json' with { type: 'json' };

/** A file of an npm package. */
export interface Document {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  readonly path: string;
  /** Of the file, in hex. */
  readonly sha256: string;
  /** Whether it is an array or a map of objects with the same keys: known of those that were measured first. */
  readonly likeObjects?: boolean;
  readonly about: string;
}

export interface Family {
  readonly name: string;
  readonly about: string;
  readonly documents: readonly Document[];
}

const { families } = JSON.parse(readFileSync(new URL('../corpora.json', import.meta.url), 'utf8')) as {
  families: Family[];
};

export const FAMILIES: readonly Family[] = families;
export const DOCUMENTS: readonly Document[] = families.flatMap(({ documents }) => documents);

/** Those whose packages `npm ci` installs, so that they can be read without a network. */
export const INSTALLED: readonly Document[] = DOCUMENTS.filter(isInstalled);

export function isInstalled({ package: name, version }: Document): boolean {
  return (manifest.devDependencies as Readonly<Record<string, string>>)[name] === version;
}
