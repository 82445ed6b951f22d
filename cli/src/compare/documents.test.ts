import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DOCUMENTS, FAMILIES, INSTALLED } from '../../../bench/documents/list.ts';
import { priceCodecs } from '../../../bench/documents/price.ts';
import { readDocument } from '../../../bench/documents/read.ts';
import { readSizes } from '../../../bench/documents/results.ts';
import { report } from '../../../bench/documents/tables.ts';

const results = readSizes();

describe('the documents', () => {
  it('are fifty files in families of at least six', () => {
    const hashes = new Set(DOCUMENTS.map(({ sha256 }) => sha256));
    const names = new Set(DOCUMENTS.map(({ name }) => name));
    expect([hashes.size, names.size, DOCUMENTS.length]).toEqual([50, 50, 50]);
    expect(FAMILIES.length).toBeGreaterThanOrEqual(6);
    for (const { documents } of FAMILIES) expect(documents.length).toBeGreaterThanOrEqual(6);
  });

  it('were all measured, and SIZES.md says what was found', () => {
    expect(Object.keys(results.documents)).toEqual(DOCUMENTS.map(({ name }) => name));
    expect(readFileSync(new URL('../../../bench/SIZES.md', import.meta.url), 'utf8')).toBe(report(results));
  });
});

describe('a document that is installed', () => {
  // each price is that of bytes that were read back
  const priced = INSTALLED.map((document) => ({ ...document, prices: priceCodecs(readDocument(document)) }));

  it('is one of ten', () => expect(INSTALLED).toHaveLength(10));

  it.each(priced)('has the sizes that were measured: $package/$path', ({ name, prices }) => {
    expect(results.documents[name]).toMatchObject(prices);
  });

  it.each(priced)('is at most as large as in MessagePack and CBOR: $package/$path', ({ prices }) => {
    expect(prices.petrel).toBeLessThanOrEqual(Math.min(prices.messagepack, prices.cbor));
  });

  const alike = priced.filter(({ likeObjects }) => likeObjects);

  it.each(alike)('is at most 0.6 of MessagePack for like objects: $package/$path', ({ prices }) => {
    expect(prices.petrel).toBeLessThanOrEqual(0.6 * prices.messagepack);
  });

  it('is refused when it is another file', () => {
    const [document] = INSTALLED;
    const sha256 = createHash('sha256').update('another').digest('hex');
    expect(() => readDocument({ ...document!, sha256 })).toThrow(/is not the file of .*: its SHA-256 is/);
  });
});
