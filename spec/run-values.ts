/** Vectors of values: every way in which they are read, and written back. */
import { decodeCanonical } from '../src/canonical/index.ts';
import { decode, decodeFirst, encode, Entries, type Encodable } from '../src/value/index.ts';
import { ShapeCompiler, ShapeMemory } from '../src/value/shapes/index.ts';
import { around, cuts, faultOf, same, truncated } from './checks.ts';
import { toNotation, toValue, unhex, type Notation } from './notation.ts';
import type { Fault, Vector } from './vector.ts';

/** Kept from vector to vector, as a program keeps them from value to value. */
const MEMORIES = [new ShapeMemory(), new ShapeCompiler({ maxShapes: 1024 })];
/** So often that code is made, and used. */
const OFTEN = 20;

/** `spec/coverage.ts` sets it: memories find no fault that is not found without them, and take forty times as long. */
const once = globalThis as { vectorsOnce?: boolean };

export function runValue(vector: Vector): void {
  const bytes = unhex(vector.hex!);
  if (!once.vectorsOnce) for (const shapes of MEMORIES) remembering(shapes, vector, bytes);
  if (vector.error === undefined) goodValue(vector, bytes);
  else badValue(vector, bytes, vector.error);
}

/** The same with a memory of shapes as without one. */
function remembering(
  shapes: ShapeMemory,
  { limits = {}, error, canonical }: Vector,
  bytes: Uint8Array,
): void {
  if (error !== undefined && canonical === true) return;
  const options = { limits, shapes, maxDepth: limits.maxDepth ?? 100 };
  const plain = { limits };
  const expected = error ?? toNotation(decode(bytes, plain));
  const objects = error === undefined ? asObjects(decode(bytes, { limits, lossless: true })) : undefined;
  const rounds = bytes.length > 20_000 ? 2 : OFTEN;
  for (let i = 0; i < rounds; i++) {
    let found: unknown;
    const fault = faultOf('decode with shapes', () => (found = toNotation(decode(bytes, options))));
    same('decode with shapes', fault ?? found, expected);
    if (objects !== undefined) same('encode with shapes', equal(encode(objects, options), bytes), canonical);
  }
}

function goodValue({ value, limits = {}, canonical, plain }: Vector, bytes: Uint8Array): void {
  const lossless = decode(bytes, { limits, lossless: true });
  const expected = value === undefined ? lossless : toValue(value);
  same('decode, lossless', toNotation(lossless), toNotation(expected));
  const loosened = loose(expected);
  same('decode, entries', toNotation(decode(bytes, { limits, maps: 'entries' })), toNotation(loosened));
  same('decode', sorted(toNotation(decode(bytes, { limits }))), sorted(toNotation(loosened)));
  const embedded = decodeFirst(around(bytes), 3, { limits, lossless: true, copy: true });
  same('decodeFirst, the end', embedded?.end, bytes.length + 3);
  same('decodeFirst', toNotation(embedded!.value), toNotation(expected));
  const demanded = faultOf('decodeCanonical', () => decodeCanonical(bytes, { limits }));
  same('decodeCanonical', demanded?.code, canonical === true ? undefined : 'NOT_CANONICAL');
  const maxDepth = limits.maxDepth ?? 100;
  same('encode gives these bytes', equal(encode(expected, { maxDepth }), bytes), canonical);
  same(
    'encode, plain, gives these bytes',
    equal(encode(expected, { form: 'plain', maxDepth }), bytes),
    plain,
  );
  const objects = asObjects(expected);
  if (objects !== undefined) same('encode, objects', equal(encode(objects, { maxDepth }), bytes), canonical);
  for (const cut of cuts(bytes.length)) {
    const part = bytes.slice(0, cut);
    same(
      `the first ${cut} bytes`,
      faultOf('decode', () => decode(part, { limits })),
      truncated(cut),
    );
    same(`decodeFirst of ${cut} bytes`, decodeFirst(part, 0, { limits }), undefined);
  }
}

function badValue({ limits = {}, canonical }: Vector, bytes: Uint8Array, error: Fault): void {
  if (canonical === true) {
    same(
      'decodeCanonical',
      faultOf('decodeCanonical', () => decodeCanonical(bytes, { limits })),
      error,
    );
    return;
  }
  for (const options of [
    { limits },
    { limits, lossless: true },
    { limits, maps: 'entries', copy: true },
  ] as const)
    same(
      'decode',
      faultOf('decode', () => decode(bytes, options)),
      error,
    );
  if (error.code === 'TRAILING_BYTES') return;
  const shifted = Uint8Array.of(0xff, 0xff, 0xff, ...bytes.subarray(0, 20_000));
  if (shifted.length < bytes.length) return;
  const first = faultOf('decodeFirst', () =>
    same('decodeFirst', decodeFirst(shifted, 3, { limits }), undefined),
  );
  same('decodeFirst', first, error.code === 'TRUNCATED' ? undefined : { ...error, offset: error.offset + 3 });
  for (const cut of cuts(bytes.length)) {
    const found = faultOf('decode', () => decode(bytes.slice(0, cut), { limits }));
    if (found?.code !== 'TRUNCATED') same(`the first ${cut} bytes`, found, error);
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** As `decode` answers a value by default: floats are numbers, but for those in keys. */
function loose(value: Encodable): Encodable {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(loose);
  if (value instanceof Entries) return new Entries(value.keys, value.values.map(loose));
  const { constructor } = value as object;
  if (constructor.name.endsWith('Float')) return (value as { value: number }).value;
  if ('tag' in value)
    return Object.assign(Object.create(Object.getPrototypeOf(value) as object), value, {
      value: loose((value as { value: Encodable }).value),
    }) as Encodable;
  return value;
}

/** With the pairs of every map in one order: a plain object moves keys that spell indices to its front. */
function sorted(notation: Notation): unknown {
  return JSON.parse(JSON.stringify(notation), (_key, part: unknown) => {
    const { map } = (part ?? {}) as { map?: unknown[] };
    return Array.isArray(map) ? { map: map.map((pair) => JSON.stringify(pair)).toSorted() } : part;
  });
}

/** The same value with plain objects for its maps; undefined where one can't be: other keys than texts, or equal ones. */
export function asObjects(value: Encodable): Encodable | undefined {
  if (Array.isArray(value)) {
    const items = value.map(asObjects);
    return items.includes(undefined) ? undefined : (items as Encodable[]);
  }
  if (!(value instanceof Entries)) return value;
  const { keys } = value;
  if (new Set(keys).size < keys.length || keys.some((key) => typeof key !== 'string' || /^\d/.test(key)))
    return undefined;
  const values = value.values.map(asObjects);
  if (values.includes(undefined)) return undefined;
  return Object.fromEntries(keys.map((key, i) => [key as string, values[i]!]));
}
