import { decode as decodeMessagePack } from '@msgpack/msgpack';
import { decode as decodeCbor } from 'cborg';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../json.ts';
import { encodeCbor, encodeMessagePack } from './peers.ts';
import { findMisfits, priceDocument } from './prices.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const DOCUMENT = `{"id":12,"name":"Zoë","tags":["a",null,true,false],"at":-7,"big":4294967296,"low":-4294967297,
  "ratio":0.5,"exact":0.1,"nested":{"10":{"x":[]},"2":{},"1":1},"消息":"好"}`;

describe('the peers', () => {
  it.each<[text: string, messagePack: string, cbor: string]>([
    ['0', '00', '00'],
    ['127', '7f', '187f'],
    ['-32', 'e0', '381f'],
    ['4294967295', 'ceffffffff', '1affffffff'],
    ['4294967296', 'cf0000000100000000', '1b0000000100000000'],
    ['-4294967296', 'd3ffffffff00000000', '3affffffff'],
    ['9007199254740993', 'cf0020000000000001', '1b0020000000000001'],
    ['18446744073709551615', 'cfffffffffffffffff', '1bffffffffffffffff'],
    ['-9223372036854775808', 'd38000000000000000', '3b7fffffffffffffff'],
    ['1.0', '01', '01'],
    ['0.5', 'ca3f000000', 'f93800'],
    ['3.4028234663852886e38', 'ca7f7fffff', 'fa7f7fffff'],
    ['0.1', 'cb3fb999999999999a', 'fb3fb999999999999a'],
    ['18446744073709551616', 'ca5f800000', 'c249010000000000000000'],
    ['-18446744073709551617', 'cadf800000', 'c349010000000000000000'],
    ['1e400', 'ca7f800000', 'c48219019001'],
    ['1.00000000000000000001', '01', 'c48233c249056bc75e2d63100001'],
  ])('write %s in the fewest bytes', (text, messagePack, cbor) => {
    const value = parseJson(text);
    expect(hex(encodeMessagePack(value))).toBe(messagePack);
    expect(hex(encodeCbor(value))).toBe(cbor);
  });

  it('keep the sign of -0', () => {
    expect(hex(encodeCbor(parseJson('-0')))).toBe('f98000');
    expect(hex(encodeMessagePack(parseJson('-0.0')))).toBe('ca80000000');
  });

  it('hold the whole document', () => {
    const expected = JSON.parse(DOCUMENT) as unknown;
    const value = parseJson(DOCUMENT);
    expect(
      JSON.parse(printed(decodeMessagePack(encodeMessagePack(value), { useBigInt64: true }))),
    ).toStrictEqual(expected);
    expect(JSON.parse(printed(decodeCbor(encodeCbor(value), { useMaps: true })))).toStrictEqual(expected);
  });

  it('write __proto__ as a key like any other', () => {
    const value = parseJson('{"__proto__":{"x":[]}}');
    expect(hex(encodeMessagePack(value))).toBe(`81a9${Buffer.from('__proto__').toString('hex')}81a17890`);
    expect(hex(encodeCbor(value))).toBe(`a169${Buffer.from('__proto__').toString('hex')}a1617880`);
  });

  it('take a thousand levels', () => {
    const value = parseJson(`${'['.repeat(1000)}${']'.repeat(1000)}`);
    expect(Object.values(priceDocument(value))).not.toContain(0);
    expect(encodeMessagePack(value)).toHaveLength(1000);
    expect(encodeCbor(value)).toHaveLength(1000);
  });
});

describe('priceDocument', () => {
  it('counts the bytes of each format', () => {
    const value = parseJson(' [ { "name" : "a", "size": 1 }, { "name" : "b", "size": 2 } ] ');
    expect(priceDocument(value)).toMatchObject({
      json: '[{"name":"a","size":1},{"name":"b","size":2}]'.length,
      resp3: 74,
      messagepack: 29,
      cbor: 29,
      'petrel-plain': 29,
      petrel: 19,
    });
  });

  it('compresses what it says it compresses', () => {
    const text = `[${'{"name":"a","size":1},'.repeat(99)}1]`;
    const sizes = priceDocument(parseJson(text));
    expect(sizes['json+gzip']).toBeLessThan(sizes.json / 10);
    expect(sizes['json+brotli']).toBeLessThan(sizes['json+gzip']);
  });
});

describe('findMisfits', () => {
  it('names the numbers that a format can not hold', () => {
    const value = parseJson('{"a":[1,18446744073709551616,{"b":1e400}],"c":1.0,"d":-0,"e":0.5}');
    expect(findMisfits(value)).toStrictEqual({
      messagepack: ['a[1]', 'a[2].b'],
      resp3: ['a[2].b'],
      wholeFloats: 1,
    });
  });

  it('finds nothing in an ordinary document', () => {
    expect(findMisfits(parseJson(DOCUMENT))).toStrictEqual({ messagepack: [], resp3: [], wholeFloats: 0 });
  });
});

/** JSON of what a decoder answered: bigints as digits, maps as objects with all their keys. */
function printed(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(printed).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pairs = value instanceof Map ? [...(value as Map<string, unknown>)] : Object.entries(value);
  return `{${pairs.map(([key, part]) => `${JSON.stringify(key)}:${printed(part)}`).join(',')}}`;
}
