/**
 * Proves that a value is read as it was written, in one canonical form, and that no bytes do worse to the reader than a fault
 * that the registry knows.
 */
import * as fc from 'fast-check';
import { decodeCanonical } from '../src/canonical/index.ts';
import {
  decode,
  decodeFirst,
  encode,
  ValueReader,
  type DecodeOptions,
  type Value,
} from '../src/value/index.ts';
import { encodeInto } from '../src/value/into.ts';
import { ShapeCompiler, ShapeMemory } from '../src/value/shapes/index.ts';
import type { Limits } from '../src/wire/index.ts';
import { encodables, nearValues, valueBytes } from './arbitraries.ts';
import { attempt, outcome } from './faults.ts';
import { hex, loosened, modelOf } from './model.ts';
import { promise, same, type Promised } from './property.ts';

const FORMS = ['canonical', 'plain'] as const;
const DEEPEST = { maxDepth: 1000 };

const roundTrip = promise('a value comes back equal from both forms', encodables, (value) => {
  for (const form of FORMS) {
    const bytes = encode(value, { form });
    same(form, modelOf(decode(bytes, { lossless: true })), modelOf(value));
    same(`${form}, decodeFirst`, modelOf(decodeFirst(bytes, 0, { lossless: true })!.value), modelOf(value));
  }
});

const modes = promise('every way to decode answers the same value in its own form', valueBytes, (bytes) => {
  const lossless = decode(bytes, { lossless: true });
  same('default', modelOf(decode(bytes)), modelOf(loosened(lossless, true)));
  same('entries', modelOf(decode(bytes, { maps: 'entries' })), modelOf(loosened(lossless, false)));
  same('copy', modelOf(decode(bytes, { lossless: true, copy: true })), modelOf(lossless));
  const apart = Uint8Array.from([0xff, ...bytes, 0xff]);
  const { value, end } = decodeFirst(apart, 1, { lossless: true })!;
  same('at an offset', `${modelOf(value)} ${end}`, `${modelOf(lossless)} ${bytes.length + 1}`);
});

const into = promise('encodeInto writes what encode answers, and nothing before it', encodables, (value) => {
  const bytes = encode(value);
  const buffer = new Uint8Array(bytes.length + 5).fill(0xaa);
  same('end', String(encodeInto(value, buffer, 2)), String(bytes.length + 2));
  same('bytes', hex(buffer.subarray(0, bytes.length + 2)), `aaaa${hex(bytes)}`);
});

const canonical = promise(
  'of all the bytes that say a value, the canonical reader takes only those that encode writes',
  nearValues,
  (bytes) => {
    const read = attempt(bytes.length, () => decode(bytes, { lossless: true }));
    const judged = attempt(bytes.length, () => decodeCanonical(bytes, { lossless: true }));
    if ('fault' in read)
      return same('fault', 'fault' in judged ? judged.fault.message : 'none', read.fault.message);
    const written = encode(read.value, DEEPEST);
    same('taken', String('value' in judged), String(hex(bytes) === hex(written)));
    same('canonical', modelOf(decodeCanonical(written, { lossless: true })), modelOf(read.value));
    if ('fault' in judged) same('code', judged.fault.code, 'NOT_CANONICAL');
  },
);

const cutShort = promise(
  'a value that is cut short is incomplete, never another value',
  valueBytes,
  (bytes) => {
    const step = Math.ceil(bytes.length / 64);
    for (let end = 0; end < bytes.length; end += step) {
      const part = bytes.subarray(0, end);
      if (decodeFirst(part) !== undefined) throw new Error(`a value in the first ${end} bytes`);
      const ended = attempt(end, () => decode(part));
      same(
        `the first ${end} bytes`,
        'fault' in ended ? `${ended.fault.code} ${ended.fault.offset}` : '',
        `TRUNCATED ${end}`,
      );
    }
  },
);

const everyByte = promise(
  'whatever one byte is changed to, the reader answers a value or a registered fault',
  fc.tuple(valueBytes, fc.nat()),
  ([bytes, at]) => {
    const changed = bytes.slice();
    const i = at % bytes.length;
    for (let byte = 0; byte < 256; byte++) {
      changed[i] = byte;
      attempt(changed.length, () => decode(changed));
    }
  },
);

/** Kept from case to case: what one value leaves must not touch the next. */
const MEMORIES = [new ShapeMemory(), new ShapeCompiler({ maxShapes: 1024 })].map((shapes) => ({ shapes }));

const remembered = promise(
  'a memory of shapes changes no byte that is written, no value and no fault',
  fc.tuple(encodables, nearValues, fc.nat()),
  ([value, near, at]) => {
    const bytes = encode(value);
    const changed = bytes.slice();
    changed[at % bytes.length]! ^= 1 << (at % 8);
    for (const options of MEMORIES) {
      for (let i = 0; i < 18; i++) same('bytes', hex(encode(value, options)), hex(bytes));
      for (const input of [bytes, changed, near]) {
        const ends = (options?: DecodeOptions) =>
          outcome(input.length, () => modelOf(decode(input, options)));
        const expected = ends();
        for (let i = 0; i < 18; i++) same('value', ends(options), expected);
      }
    }
  },
);

const limits: fc.Arbitrary<Partial<Limits>> = fc.record(
  { maxDepth: fc.nat(6), maxElements: fc.nat(40), maxExpanded: fc.nat(200) },
  { requiredKeys: [] },
);

const anyBytes = promise(
  'any bytes end in the same value or the same registered fault, whatever the options',
  fc.tuple(nearValues, limits),
  ([bytes, narrow]) => {
    const ends = (options: DecodeOptions) =>
      outcome(bytes.length, () => modelOf(loosened(decode(bytes, options), true)));
    for (const options of [{}, { limits: narrow }]) {
      const plain = ends(options);
      same('lossless', ends({ ...options, lossless: true }), plain);
      same('copy', ends({ ...options, copy: true }), plain);
    }
  },
);

const narrowed = promise(
  'a limit refuses or changes nothing',
  fc.tuple(nearValues, limits),
  ([bytes, narrow]) => {
    const wide = attempt(bytes.length, () => decode(bytes, { lossless: true }));
    const tight = attempt(bytes.length, () => decode(bytes, { lossless: true, limits: narrow }));
    if ('value' in tight)
      same('value', 'value' in wide ? modelOf(wide.value) : 'a fault', modelOf(tight.value));
    else if (tight.fault.class !== 'limit')
      same('fault', 'fault' in wide ? wide.fault.message : 'a value', tight.fault.message);
  },
);

const visited = promise(
  'a reader with a visitor ends as the fast one, having seen every value',
  nearValues,
  (bytes) => {
    const fast = attempt(bytes.length, () => decode(bytes, { lossless: true }));
    const reader = new ValueReader({ lossless: true });
    const open: number[] = [];
    let last: { end: number; value: Value } | undefined;
    reader.visitor = {
      enter: (_kind, start) => void open.push(start),
      leave: (start, end, value) => {
        if (open.at(-1) === start) open.pop();
        if (start >= end || end > bytes.length) throw new Error(`a value from ${start} to ${end}`);
        last = { end, value };
      },
    };
    reader.reset(bytes);
    const slow = attempt(bytes.length, () => reader.readValue());
    if ('fault' in fast && fast.fault.code !== 'TRAILING_BYTES') {
      const { code, offset, rule, path } = fast.fault;
      const found = 'fault' in slow ? slow.fault : undefined;
      same(
        'fault',
        [found?.code, found?.offset, found?.rule, ...(found?.path ?? [])].join(),
        [code, offset, rule, ...path].join(),
      );
      return;
    }
    if (open.length > 0 || last === undefined || 'fault' in slow)
      throw new Error(`${open.length} values left open`);
    same('value', modelOf(slow.value), modelOf(last.value));
    same('end', String(last.end), String('fault' in fast ? fast.fault.offset : bytes.length));
  },
);

export const VALUE_PROMISES: readonly Promised[] = [
  roundTrip,
  modes,
  into,
  canonical,
  cutShort,
  everyByte,
  anyBytes,
  narrowed,
  visited,
  remembered,
];
