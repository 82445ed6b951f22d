/** Code that was generated for the conformance suite's types does what the interpreter does, to the byte and to the error. */
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeMessage,
  UNKNOWN,
  type MessageType,
  type ReadOptions,
  type Registry,
} from '../src/message/index.ts';
import { ProtocolError } from '../src/wire/index.ts';
import { generatedTypes, suiteSchema } from './suite-types.ts';

interface Case {
  readonly name: string;
  readonly type: string;
  readonly in: string;
  readonly out?: string;
}

const vectors = new URL('protobuf/protobuf-conformance-vectors.jsonl', import.meta.url);
const cases = readFileSync(vectors, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);
const schema = suiteSchema();
let generated: Registry;

beforeAll(async () => {
  generated = await generatedTypes(schema);
});

/** What an action comes to: a value, or everything that an error says. */
function outcome(action: () => unknown): unknown {
  try {
    return { value: action() };
  } catch (error) {
    if (error instanceof ProtocolError) {
      const { code, offset, rule, path, detail } = error;
      return { code, offset, rule, path, detail };
    }
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

/** A message with what `toEqual` does not see: the order of its own properties, -0, whether an object is a map. */
function spelled(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return value.map(spelled);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, field]) => [key, spelled(field)]);
  const runs = (value as { [UNKNOWN]?: readonly Uint8Array[] })[UNKNOWN] ?? [];
  return { fields, runs: runs.map(spelled), isMap: Object.getPrototypeOf(value) === null };
}

function decoded(registry: Registry, name: string, bytes: Uint8Array, options?: ReadOptions): unknown {
  return outcome(() => spelled(decodeMessage(registry.messages.get(name)!, bytes, options)));
}

const nameOf = (type: string | { readonly name: string }): string =>
  typeof type === 'string' ? type : type.name;

const described = (registry: Registry): [string, unknown][] =>
  [...registry.messages.values()].map(({ name, messageSet, fields }) => [
    name,
    [messageSet, Object.entries(fields).map(([key, field]) => [key, { ...field, type: nameOf(field.type) }])],
  ]);

/** Where both ways differ most inside: map entries with unknown fields, at and over a limit. */
const CORNERS: readonly [what: string, type: string, hex: string, most: number][] = [
  ['two unknown fields in an entry are one run', 'proto3.TestAllTypesProto3', 'c203080801100218012001', 2],
  ['and one too many', 'proto3.TestAllTypesProto3', 'c203080801100218012001', 1],
  ['an entry with a number that its enum lacks', 'proto2.TestAllTypesProto2', '0801d204050a01611063', 1],
];

/** One of the suite's inputs, or two of one type together, cut, changed and spliced. */
const mutated = fc
  .tuple(
    fc.constantFrom(...cases),
    fc.option(fc.constantFrom(...cases)),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.nat(3)), { maxLength: 4 }),
  )
  .map(([first, second, changes]) => {
    let bytes = Buffer.from(first.in + (second?.in ?? ''), 'hex');
    for (const [where, byte, kind] of changes) {
      const at = where % (bytes.length + 1);
      if (kind === 0) bytes = bytes.subarray(0, at);
      else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(byte % (at + 1))]);
      else if (at < bytes.length) bytes[at] = kind === 2 ? byte : bytes[at]! ^ (1 << (byte & 7));
    }
    return { type: first.type, bytes: new Uint8Array(bytes) };
  });

const limits = fc.option(
  fc.record({ maxDepth: fc.nat(4), maxElements: fc.nat(8) }).map((some) => ({ limits: some })),
  { nil: undefined, freq: 4 },
);

/** What callers give by mistake, some of it right. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    '',
    'x',
    '\ud800',
    NaN,
    -0,
    0,
    1,
    -1,
    1.5,
    2 ** 32,
    2 ** 63,
    0n,
    -1n,
    2n ** 70n,
  ),
  fc.constantFrom<unknown>(
    true,
    Symbol.iterator,
    {},
    [],
    [null],
    [undefined, 1],
    new Uint8Array(2),
    { a: 1 },
    { 1: null },
  ),
);

describe('generated code', () => {
  it('answers all 2,805 recorded cases byte for byte', () => {
    const wrong = cases.flatMap(({ name, type, in: input, out = 'refused' }) => {
      const message = generated.messages.get(type)!;
      let got = 'refused';
      try {
        got = Buffer.from(encodeMessage(message, decodeMessage(message, Buffer.from(input, 'hex')))).toString(
          'hex',
        );
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
      }
      return got === out ? [] : [{ name, got, out }];
    });
    expect(cases.length).toBe(2805);
    expect(wrong).toEqual([]);
  });

  it('describes the same types', () => {
    expect(new Map(described(generated))).toEqual(new Map(described(schema.registry)));
    expect(new Map(generated.enums)).toEqual(new Map(schema.registry.enums));
    expect([...generated.extensions.keys()].toSorted()).toEqual(
      [...schema.registry.extensions.keys()].toSorted(),
    );
  });

  it('makes the same empty messages', () => {
    for (const [name, type] of generated.messages) {
      const [one, other] = [type, schema.registry.messages.get(name)!].map((each) => {
        const empty = each.create();
        return {
          own: Object.keys(empty),
          prototype: Object.getOwnPropertyDescriptors(Object.getPrototypeOf(empty)),
        };
      });
      expect(one).toEqual(other);
    }
  });

  it('reads mutated messages as the interpreter does: the same object, or the same code, offset, rule and path', () => {
    fc.assert(
      fc.property(mutated, limits, ({ type, bytes }, options) => {
        expect(decoded(generated, type, bytes, options)).toEqual(
          decoded(schema.registry, type, bytes, options),
        );
      }),
      { numRuns: 4000 },
    );
  });

  it.each(CORNERS)('reads as the interpreter does %s', (_, name, hex, maxElements) => {
    const read = (registry: Registry): unknown =>
      decoded(registry, `protobuf_test_messages.${name}`, Buffer.from(hex, 'hex'), {
        limits: { maxElements },
      });
    expect(read(generated)).toEqual(read(schema.registry));
  });

  it.each(['optionalInt64', 'optionalUint64', 'optionalSint64', 'optionalUint32'])(
    'writes %s as the interpreter does around every power of two, and refuses what is no such number',
    (key) => {
      const type = 'protobuf_test_messages.proto3.TestAllTypesProto3';
      const edges = Array.from({ length: 66 }, (_, bits) => 2 ** bits).flatMap((power) =>
        [power - 1, power, power + 1, power + 0.5, power * 1.5].flatMap((value) => [value, -value]),
      );
      for (const value of [...edges, 2 ** 1023, NaN, Infinity, -Infinity]) {
        const [one, other] = [generated, schema.registry].map((registry) =>
          outcome(() =>
            Buffer.from(encodeMessage(registry.messages.get(type)!, { [key]: value })).toString('hex'),
          ),
        );
        expect([value, one]).toEqual([value, other]);
      }
    },
  );

  it('writes what the interpreter writes, and refuses misuse in the same words', () => {
    const spoilt = fc.tuple(mutated, fc.array(fc.tuple(fc.nat(), fc.nat(2), anything), { maxLength: 3 }));
    fc.assert(
      fc.property(spoilt, ([{ type, bytes }, changes]) => {
        const [one, other] = [generated, schema.registry].map((registry) => {
          const message = registry.messages.get(type)!;
          let from: object;
          try {
            from = decodeMessage(message, bytes);
          } catch {
            from = {};
          }
          return outcome(() =>
            Buffer.from(encodeMessage(message, spoil(message, from, changes))).toString('hex'),
          );
        });
        expect(one).toEqual(other);
      }),
      { numRuns: 4000 },
    );
  });
});

/** A copy with some of its fields set to something else, or with something else in them. */
function spoil(
  { fields }: MessageType,
  from: object,
  changes: readonly (readonly [number, number, unknown])[],
): object {
  const copy: Record<PropertyKey, unknown> = { ...from };
  const keys = Object.keys(fields);
  if (keys.length === 0) return copy;
  for (const [which, how, value] of changes) {
    const key = keys[which % keys.length]!;
    if (how === 0) copy[key] = value;
    else if (fields[key]!.repeated) copy[key] = [...((copy[key] as unknown[] | undefined) ?? []), value];
    else copy[key] = fields[key]!.key ? { [how === 1 ? '1' : 'x']: value } : value;
  }
  return copy;
}
