import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stringify } from 'petrel/json';
import { decode } from 'petrel/value';
import { describe, expect, it } from 'vitest';
import listed from '../../../bench/documents.json' with { type: 'json' };
import { parseJson } from '../json.ts';
import { encodeCbor, encodeMessagePack } from './peers.ts';
import { encodeCanonical } from './prices.ts';

const { documents } = listed;
const FULL = { maxElements: 2 ** 24, maxExpanded: 2 ** 28, maxDepth: 1000 };

function read({ package: name, path }: { package: string; path: string }): Buffer {
  return readFileSync(new URL(`../../../node_modules/${name}/${path}`, import.meta.url));
}

describe('every pinned document', () => {
  const all = documents.map((document) => ({ ...document, file: read(document) }));

  it.each(all)('is the file that is pinned: $package/$path', ({ file, sha256 }) => {
    expect(createHash('sha256').update(file).digest('hex')).toBe(sha256);
  });

  it.each(all)('comes back from the wire as it was: $package/$path', ({ file }) => {
    const value = parseJson(file.toString());
    const back = stringify(decode(encodeCanonical(value), { lossless: true, limits: FULL }));
    expect(back).toBe(stringify(value));
    expect(JSON.parse(back)).toStrictEqual(JSON.parse(file.toString()));
  });
});

describe('the size promised', () => {
  it.each(documents)('is at most that of MessagePack and of CBOR: $package/$path', (document) => {
    const value = parseJson(read(document).toString());
    const { length } = encodeCanonical(value);
    expect(length).toBeLessThanOrEqual(encodeMessagePack(value).length);
    expect(length).toBeLessThanOrEqual(encodeCbor(value).length);
  });

  const alike = documents.filter(({ likeObjects }) => likeObjects);

  it.each(alike)('is at most 0.6 of MessagePack for like objects: $package/$path', (document) => {
    const value = parseJson(read(document).toString());
    expect(encodeCanonical(value).length).toBeLessThanOrEqual(0.6 * encodeMessagePack(value).length);
  });
});
