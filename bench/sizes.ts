/**
 * What public JSON documents cost in each format.
 *
 *   npm run sizes                fetches what is missing, measures all, writes results/sizes.json and SIZES.md
 *   npm run sizes -- --check     measures all but the compressors, and fails if anything is not as it was written
 *   npm run sizes -- --summary   prints the README's table, from what was measured before
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DOCUMENTS } from './documents/list.ts';
import { price, priceCodecs, type Prices } from './documents/price.ts';
import { fetchDocuments, FetchError, readDocument } from './documents/read.ts';
import { readSizes, writeSizes, type Results } from './documents/results.ts';
import { report, summary } from './documents/tables.ts';

const REPORT = new URL('SIZES.md', import.meta.url);
const { values: options } = parseArgs({
  options: { check: { type: 'boolean' }, summary: { type: 'boolean' } },
});

if (options.summary) console.log(summary(readSizes()));
else if (options.check) check();
else measure();

function measure(): void {
  fetchDocuments(DOCUMENTS);
  const documents: Record<string, Prices> = {};
  for (const document of DOCUMENTS) documents[document.name] = price(readDocument(document));
  const results: Results = { versions: versions(), documents };
  writeSizes(results);
  writeFileSync(REPORT, report(results));
  console.log(summary(results));
}

function check(): void {
  if (!fetched()) return;
  const results = readSizes();
  const faults = DOCUMENTS.flatMap((document) => {
    const before: Readonly<Record<string, number>> = results.documents[document.name] ?? {};
    const now = Object.entries(priceCodecs(readDocument(document)));
    const changed = now.filter(([format, bytes]) => bytes !== before[format]);
    return changed.map(
      ([format, bytes]) => `${document.name}, ${format}: ${bytes} bytes, not ${before[format]}`,
    );
  });
  if (readFileSync(REPORT, 'utf8') !== report(results))
    faults.push('SIZES.md is not made of results/sizes.json');
  for (const fault of faults) console.error(fault);
  console.log(`${DOCUMENTS.length} documents measured, ${faults.length} differences`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

/** Without a registry there is nothing to check; in CI, which has just installed from it, that is a failure. */
function fetched(): boolean {
  try {
    fetchDocuments(DOCUMENTS);
    return true;
  } catch (error) {
    if (!(error instanceof FetchError) || process.env['CI'] !== undefined) throw error;
    console.log(`skipped: ${error.message}`);
    return false;
  }
}

function versions(): Results['versions'] {
  const { node, zlib, brotli } = process.versions;
  const packages = ['@msgpack/msgpack', 'cborg', 'msgpackr'].map((name) => [name, installed(name)] as const);
  return { ...Object.fromEntries(packages), Node: node, zlib, brotli };
}

function installed(name: string): string {
  const url = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { version: string }).version;
}
