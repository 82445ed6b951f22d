/** Holds codes.json, the sources, PROTOCOL.md and the vectors together: none says what another doesn't. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALL_LAYOUTS, encodeFrame } from '../src/frame/all.ts';
import { VERSION } from '../src/frame/handshake.ts';
import { FrameKind, frameName, isCounted, verbName, verbNumber } from '../src/frame/index.ts';
import { chatDictionary, dictionary } from '../src/dictionary/index.ts';
import { HELLO_FIELDS } from '../src/frame/hello.ts';
import {
  DECIMAL_EXPONENT,
  NUMBER_DIGITS,
  REFERENCE_BYTES,
  TABLE_ENTRIES,
  valueKind,
} from '../src/value/kinds.ts';
import { Decimal, encode, Tag } from '../src/value/index.ts';
import { RespTag } from '../src/resp/index.ts';
import { BEFORE_AUTH_LIMITS, DEFAULT_LIMITS, resolveLimits } from '../src/wire/index.ts';
import { ProtocolError, type ErrorCode, type Limits } from '../src/wire/index.ts';
import { PROTOCOL, statedRules, tables, type Table } from './document.ts';
import { CLIENT, CloseCode, SERVER, STEPS } from '../src/session/index.ts';
import type { VectorFile } from './runner.ts';
import type { Vector } from './vector.ts';
import { faultsIn, traces } from './traces.ts';
import codes from './codes.json' with { type: 'json' };

const here = new URL('.', import.meta.url);
const sources = [
  'wire',
  'value',
  'frame',
  'canonical',
  'json',
  'message',
  'descriptor',
  'protojson',
  'resp',
  'exchange',
  'bridge',
  'session',
  'dictionary',
  'text',
  'inspect',
].flatMap((layer) => {
  const folder = new URL(`../src/${layer}/`, here);
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  return names.map((name) => [`${layer}/${name}`, readFileSync(new URL(name, folder), 'utf8')] as const);
});
const core = sources.filter(([name]) =>
  /^(wire|value|frame|canonical|message|resp|exchange|bridge|session|dictionary)\//.test(name),
);
const vectors = readdirSync(new URL('vectors/', here)).flatMap(
  (name) => (JSON.parse(readFileSync(new URL(`vectors/${name}`, here), 'utf8')) as VectorFile).vectors,
);
/** What tests a rule: vectors, each with its fault or none, and traces. */
const cases = [
  ...vectors.map((vector) => ({
    rules: vector.rules,
    errors: vector.error === undefined ? closes(vector) : [vector.error],
  })),
  ...traces.map((trace) => ({ rules: trace.rules, errors: faultsIn(trace) })),
];
const RULE = /\b(?:WIRE|VALUE|LIMIT|CANON|FRAME|HELLO|SESSION|RESP|JSON|MESSAGE|ERROR|REGISTRY)-\d+\b/g;
const citedIn = (text: string): string[] => [...new Set(text.match(RULE))];
const pairs = codes.errorCodes.flatMap(({ code, rules }) => rules.map((rule) => [code, rule] as const));

/** The codes that the CLOSEs of a bridge's half name. */
function closes({ rules, steps = [] }: Vector): { readonly code: string; readonly rule: string }[] {
  const said = steps.flatMap(({ toLink = [] }) => toLink);
  const codesSaid = said.flatMap((each) =>
    typeof each === 'object' && 'code' in each ? (each.code ?? []) : [],
  );
  return codesSaid.flatMap((code) => rules.map((rule) => ({ code, rule })));
}
/** The rows of the first table under a heading of PROTOCOL.md. */
const rowsOf = (heading: string): Table['rows'] => tables().find((table) => table.heading === heading)!.rows;

const yes = (value: boolean | undefined): string => (value ? 'yes' : 'no');

describe('the sources agree with codes.json', () => {
  it('in the error codes', () => {
    const [, union] = /export type ErrorCode =([^;]+);/.exec(
      readFileSync(new URL('../src/wire/errors.ts', here), 'utf8'),
    )!;
    expect(union!.match(/[A-Z0-9_]{4,}/g)).toEqual(codes.errorCodes.map(({ code }) => code));
  });

  it.each(codes.errorCodes.map(({ code, class: of }) => [code, of]))('in the class of %s: %s', (code, of) => {
    expect(new ProtocolError(code as ErrorCode, 'WIRE-1', 0, '').class).toBe(of);
  });

  it('in the frame kinds', () => {
    const found = codes.frameKinds.map(({ kind, rule }) => ({
      kind,
      name: frameName(kind),
      counted: isCounted(kind),
      rule,
    }));
    expect(found).toEqual(codes.frameKinds);
    const assigned = codes.frameKinds.filter(({ name }) => !/^(ILLEGAL|RESERVED.)$/.test(name));
    expect(FrameKind).toEqual(Object.fromEntries(assigned.map(({ kind, name }) => [name, kind])));
  });

  it('in the kind of each of the 256 first bytes', () => {
    const kinds = Array.from({ length: 256 }, (): string => '');
    for (const { name, first } of codes.valueKinds)
      for (const range of first.split(',')) {
        const [from, to] = range.split('-').map((byte) => Number.parseInt(byte, 16));
        for (let byte = from!; byte <= (to ?? from!); byte++) kinds[byte] = name;
      }
    expect(kinds.map((_, byte) => valueKind(byte))).toEqual(kinds);
  });

  it('in the kind that each row of heads has, and each of the 256 first bytes is in one row', () => {
    const kinds = codes.valueHeads.flatMap(({ first, kind }) => {
      const [from, to = from] = first.split('-').map((byte) => Number.parseInt(byte, 16));
      return Array.from({ length: to! - from! + 1 }, () => kind);
    });
    expect(kinds).toEqual(Array.from({ length: 256 }, (_, byte) => valueKind(byte)));
  });

  it('in the fields of payloads', () => {
    const names = codes.payloads.map(({ frame, fields }) => [frame, fields.map(({ name }) => name)]);
    const ours = Object.entries(ALL_LAYOUTS).map(([frame, layout]) => [frame, Object.keys(layout)]);
    expect(Object.fromEntries(names)).toEqual(Object.fromEntries(ours));
  });

  it('in the tags', () => {
    // Those of RESP are told apart by what they begin with: `null` alone would be the name of a kind.
    const ours = codes.tags.map(({ tag, name }) => [
      name.startsWith('resp') ? name.slice(4) : name.toUpperCase(),
      tag,
    ]);
    expect({ ...Tag, ...RespTag }).toEqual(Object.fromEntries(ours));
  });

  it('in the verbs, both ways', () => {
    const names = new Map(codes.verbs.map(({ verb, name }) => [verb, name]));
    for (let verb = 0; verb < 256; verb++) expect(verbName(verb), `verb ${verb}`).toBe(names.get(verb));
    for (const { verb, name } of codes.verbs) expect(verbNumber(name)).toBe(verb);
    expect(verbNumber('toString')).toBeUndefined();
  });

  it('in the fields of HELLO', () => {
    expect(HELLO_FIELDS.map(([name, , form = 'both'], key) => ({ key, name, in: form }))).toEqual(
      codes.helloKeys.map(({ key, name, in: form }) => ({ key, name, in: form })),
    );
  });

  it('in the close codes', () => {
    expect(CloseCode).toEqual(Object.fromEntries(codes.closeCodes.map(({ code, name }) => [name, code])));
  });

  it.each(codes.dictionaries)(
    'in the dictionary $name, whose bytes are in its file',
    ({ id, name, ...of }) => {
      const { bytes } = [chatDictionary()].find((each) => each.id === id)!;
      expect([...bytes]).toEqual([...readFileSync(new URL(`dictionaries/${name}.dict`, here))]);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      expect({ bytes: bytes.length, sha256, rule: 'REGISTRY-7' }).toEqual(of);
    },
  );

  it('in the version', () => expect(VERSION).toBe(codes.version));

  it.each(codes.limits.map((limit) => [limit.name, limit] as const))('in the limit %s', (name, limit) => {
    const key = name as keyof Limits;
    expect([DEFAULT_LIMITS[key], BEFORE_AUTH_LIMITS[key]]).toEqual([limit.default, limit.beforeAuth]);
    for (const good of [limit.lowest, limit.highest]) expect(resolveLimits({ [name]: good })[key]).toBe(good);
    for (const bad of [limit.lowest - 1, limit.highest + 1, Number.NaN, 0.5])
      expect(() => resolveLimits({ [name]: bad })).toThrow(RangeError);
  });

  const fixed = new Map(codes.fixed.map(({ name, value }) => [name, value]));
  it('in the fixed bounds of values', () => {
    expect(TABLE_ENTRIES).toBe(fixed.get('tableEntries'));
    expect(REFERENCE_BYTES).toBe(fixed.get('referenceBytes'));
    expect(NUMBER_DIGITS).toBe(fixed.get('numberDigits'));
    expect(DECIMAL_EXPONENT).toBe(fixed.get('decimalExponent'));
  });

  const bounds: readonly (readonly [name: string, write: (size: number) => unknown])[] = [
    ['numberDigits', (size) => encode(10n ** BigInt(size) - 1n)],
    ['decimalExponent', (size) => encode(new Decimal(1, size))],
    ['verbBytes', (size) => encodeFrame({ kind: 'PUSH', verb: 'v'.repeat(size), args: [] })],
    ['echoBytes', (size) => encodeFrame({ kind: 'PING', echo: new Uint8Array(size) })],
    [
      'closeTextBytes',
      (size) =>
        encodeFrame({ kind: 'CLOSE', scope: 'link', received: 0, code: 0, after: 0, text: 'a'.repeat(size) }),
    ],
    [
      'tokenBytes',
      (size) =>
        encodeFrame({
          kind: 'RESUME',
          form: 'offer',
          token: new Uint8Array(size),
          attempt: 1,
          received: 0,
          next: 1,
        }),
    ],
    ['dictionaryBytes', (size) => dictionary(new Uint8Array(size))],
  ];
  it.each(bounds)('in the fixed bound %s, which a writer keeps', (name, write) => {
    const size = fixed.get(name)!;
    expect(() => write(size)).not.toThrow();
    expect(() => write(size + 1)).toThrow(/./);
  });
});

describe('PROTOCOL.md agrees with codes.json', () => {
  const registries = tables(
    PROTOCOL.slice(PROTOCOL.indexOf('\n## 15. Registries'), PROTOCOL.indexOf('\n## 16.')),
  );
  const rowsUnder = (heading: string): readonly { readonly [column: string]: string }[] =>
    registries.find((table) => table.heading === heading)!.rows;
  const expected: readonly (readonly [heading: string, rows: readonly Record<string, unknown>[]])[] = [
    [
      'Frame kinds',
      codes.frameKinds.map(({ kind, name, counted, rule }) => ({
        Kind: kind,
        Name: name,
        Counted: yes(counted),
        Rule: rule,
      })),
    ],
    [
      'Value kinds',
      codes.valueKinds.map(({ name, first, rule }) => ({ Name: name, First: first, Rule: rule })),
    ],
    [
      'Tags',
      codes.tags.map(({ tag, name, content, rule }) => ({
        Tag: tag,
        Name: name,
        Content: content,
        Rule: rule,
      })),
    ],
    ['Verbs', codes.verbs.map(({ verb, name }) => ({ Verb: verb, Name: name }))],
    ['Close codes', codes.closeCodes.map(({ code, name }) => ({ Code: code, Name: name }))],
    [
      'HELLO keys',
      codes.helloKeys.map((k) => ({
        Key: k.key,
        Name: k.name,
        In: k.in,
        Value: k.value,
        Required: yes(k.required),
      })),
    ],
    [
      'Limits',
      codes.limits.map((l) => ({
        Name: l.name,
        Default: l.default,
        'Before authentication': l.beforeAuth,
        Lowest: l.lowest,
        Highest: l.highest,
        Unit: l.unit,
        Rule: l.rule,
      })),
    ],
    [
      'Dictionaries',
      codes.dictionaries.map((d) => ({
        Id: d.id,
        Name: d.name,
        Bytes: d.bytes,
        'SHA-256': d.sha256,
        Rule: d.rule,
      })),
    ],
    ['Fixed bounds', codes.fixed.map(({ name, value, rule }) => ({ Name: name, Value: value, Rule: rule }))],
  ];
  it.each(expected)('in the registry of %s', (heading, rows) => {
    const columns = Object.keys(rows[0]!);
    const found = rowsUnder(heading).map((row) =>
      Object.fromEntries(columns.map((name) => [name, row[name]])),
    );
    expect(found).toEqual(
      rows.map((row) => Object.fromEntries(columns.map((name) => [name, String(row[name])]))),
    );
  });

  it('in the heads of values', () => {
    const table = tables().find(({ rows }) => rows[0] !== undefined && 'first byte' in rows[0])!;
    const rows = table.rows.map((row) => [
      row['first byte']!.replace('`..`', '-'),
      row['kind']!.replace('text reference', 'ref').split(',')[0],
    ]);
    expect(rows).toEqual(codes.valueHeads.map(({ first, kind }) => [first, kind]));
  });

  it('in the error codes, their classes, rules and meanings', () => {
    expect(rowsOf('Error codes')).toEqual(
      codes.errorCodes.map(({ code, class: of, rules, text }) => ({
        Code: code,
        Class: of,
        Rules: rules.join(', '),
        Meaning: text,
      })),
    );
  });
});

describe('PROTOCOL.md agrees with the sources', () => {
  it('in what moves a session', () => {
    expect(rowsOf('States')).toEqual(Object.entries(STEPS).map(([Step, Meaning]) => ({ Step, Meaning })));
  });

  it.each([
    ["A client's session", CLIENT],
    ["A server's session", SERVER],
  ] as const)('in the table of %s', (heading, table) => {
    const expected = table.map(([From, Step, To, Does, Rule]) => ({ From, Step, To, Does, Rule }));
    expect(rowsOf(heading)).toEqual(expected);
  });
});

describe('the rules', () => {
  const stated = statedRules();
  const known = new Set(stated);

  it('are stated once each', () => {
    expect(stated.filter((rule, i) => stated.indexOf(rule) !== i)).toEqual([]);
  });

  it.each(sources)('that %s cites exist', (_name, text) => {
    expect(citedIn(text).filter((rule) => !known.has(rule))).toEqual([]);
  });

  it('of codes.json exist', () => {
    expect(citedIn(JSON.stringify(codes)).filter((rule) => !known.has(rule))).toEqual([]);
  });

  it('that vectors and traces name exist', () => {
    expect(cases.flatMap(({ rules }) => rules).filter((rule) => !known.has(rule))).toEqual([]);
  });

  it('that the core reports are those of codes.json, each under its code', () => {
    const literal = core.flatMap(([, text]) => [...text.matchAll(/'([A-Z][A-Z0-9_]+)',\s*'([A-Z]+-\d+)'/g)]);
    const registered = new Set(pairs.map((pair) => pair.join(' ')));
    expect(
      literal.map(([, code, rule]) => `${code} ${rule}`).filter((pair) => !registered.has(pair)),
    ).toEqual([]);
  });

  it.each(pairs)('behind %s have vectors or traces that break %s, and others that keep it', (code, rule) => {
    const broken = cases.filter(({ errors }) => errors.some((e) => e.code === code && e.rule === rule));
    const kept = cases.filter(({ errors, rules }) => errors.length === 0 && rules.includes(rule));
    expect(broken).not.toEqual([]);
    // No frame of a reserved kind is ever right.
    expect(kept.length > 0 || rule === 'FRAME-4').toBe(true);
  });

  it('that traces report are registered under their codes', () => {
    const registered = new Set(pairs.map((pair) => pair.join(' ')));
    const found = traces.flatMap(faultsIn).map(({ code, rule }) => `${code} ${rule}`);
    expect(found.filter((pair) => !registered.has(pair))).toEqual([]);
  });

  it('that vectors report are registered under their codes, and named', () => {
    const registered = new Set(pairs.map((pair) => pair.join(' ')));
    const wrong = vectors.filter(({ rules, error }) => {
      if (error === undefined) return false;
      return !registered.has(`${error.code} ${error.rule}`) || !rules.includes(error.rule);
    });
    expect(wrong).toEqual([]);
  });
});
