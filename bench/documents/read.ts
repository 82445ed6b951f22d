/**
 * Reads the documents. Ten are files of packages that `npm ci` installs. The others would be thirty more packages for everyone who
 * clones this repository, so they are fetched when sizes are measured: by npm, from whatever registry it is set to, each
 * file then kept under its hash beside what is installed. Whatever is read has the hash that `corpora.json` pins.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInstalled, type Document } from './list.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(root, 'node_modules/.cache/petrel-documents');
const LARGEST = 2 ** 26;

/** The registry could not be reached, or npm could not be run: nothing is known of the documents. */
export class FetchError extends Error {}

/**
 * The text of a document that is installed, or was fetched.
 * @throws Error if it is not the file that is pinned
 */
export function readDocument(document: Document): string {
  const bytes = readFileSync(fileOf(document));
  return verified(document, bytes).toString();
}

/**
 * Fetches those that are neither installed nor kept from before.
 * @throws FetchError if npm does not get the packages; Error if a file is not the one that is pinned
 */
export function fetchDocuments(documents: readonly Document[]): void {
  const missing = documents.filter((document) => !existsSync(fileOf(document)));
  if (missing.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), 'petrel-documents-'));
  try {
    pack(missing, folder);
    for (const document of missing) keep(document, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function fileOf(document: Document): string {
  if (isInstalled(document)) return join(root, 'node_modules', document.package, document.path);
  return join(CACHE, `${document.sha256}.json`);
}

/** Has npm write the tarballs of their packages, which it checks as it does at every installation. */
function pack(documents: readonly Document[], folder: string): void {
  const packages = new Set(documents.map(({ package: name, version }) => `${name}@${version}`));
  const options = ['--silent', '--ignore-scripts', '--prefer-offline', '--pack-destination', folder];
  try {
    execFileSync('npm', ['pack', ...options, ...packages], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } catch (cause) {
    throw new FetchError(`npm could not fetch ${packages.size} packages`, { cause });
  }
}

function keep(document: Document, folder: string): void {
  const tarball = `${document.package.replace(/^@/, '').replace('/', '-')}-${document.version}.tgz`;
  const bytes = execFileSync('tar', ['-xzOf', join(folder, tarball), `package/${document.path}`], {
    maxBuffer: LARGEST,
  });
  const file = fileOf(document);
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(`${file}.part`, verified(document, bytes));
  renameSync(`${file}.part`, file);
}

function verified({ package: name, version, path, sha256 }: Document, bytes: Buffer): Buffer {
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === sha256) return bytes;
  throw new Error(`${name}/${path} is not the file of ${name} ${version}: its SHA-256 is ${found}`);
}
