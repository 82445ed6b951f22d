/** Texts of messages in a row, which generated code makes together: the interpreter reads the same, one by one. */
import * as fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ProtocolError } from 'petrel';
import { loadDescriptors, type FileDescriptorProto } from 'petrel/descriptor';
import { decodeMessage, type MessageType, type Registry } from 'petrel/message';
import { beforeAll, describe, expect, it } from 'vitest';
import { generate } from './module.ts';

const [ONE, MANY, INT32, TEXT, MESSAGE] = [1, 3, 5, 9, 11];
const entry = { mapEntry: true };

/** Rows in rows, a message inside one, a text of a oneof, one behind them, a map of rows. */
const FILE: FileDescriptorProto = {
  name: 'rows.proto',
  syntax: 'proto3',
  messageType: [
    {
      name: 'Row',
      field: [
        { name: 'first', number: 1, type: TEXT, label: ONE },
        { name: 'inner', number: 2, type: MESSAGE, typeName: '.Row', label: ONE },
        { name: 'rows', number: 3, type: MESSAGE, typeName: '.Row', label: MANY },
        { name: 'either', number: 4, type: TEXT, label: ONE, oneofIndex: 0 },
        { name: 'or', number: 5, type: INT32, label: ONE, oneofIndex: 0 },
        { name: 'named', number: 6, type: MESSAGE, typeName: '.Row.NamedEntry', label: MANY },
        { name: 'last', number: 700, type: TEXT, label: ONE },
      ],
      oneofDecl: [{ name: 'choice' }],
      nestedType: [
        {
          name: 'NamedEntry',
          field: [
            { name: 'key', number: 1, type: TEXT, label: ONE },
            { name: 'value', number: 2, type: MESSAGE, typeName: '.Row', label: ONE },
          ],
          options: entry,
        },
      ],
    },
  ],
};

const schema = { files: [FILE], registry: loadDescriptors({ file: [FILE] }) };
const interpreted = schema.registry.messages.get('Row')!;
let generated: MessageType;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-rows-'));
  try {
    const options = { codec: true, runtime: 'petrel/message', ending: '.ts' };
    const [module] = generate(schema, ['rows.proto'], options);
    const path = join(folder, 'rows.ts');
    writeFileSync(path, module!.text);
    const { registry } = (await import(pathToFileURL(path).href)) as { registry: Registry };
    generated = registry.messages.get('Row')!;
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

const delimited = (no: number, bytes: Uint8Array): Uint8Array =>
  Uint8Array.from([...varint((no << 3) | 2), ...varint(bytes.length), ...bytes]);
const text = (no: number, value: string): Uint8Array => delimited(no, Buffer.from(value));
const row = (...fields: Uint8Array[]): Uint8Array => Buffer.concat(fields);
const rows = (...all: Uint8Array[]): Uint8Array => row(...all.map((each) => delimited(3, each)));

/** What comes of it, with the order of its properties. */
function read(type: MessageType, bytes: Uint8Array): unknown {
  try {
    return JSON.stringify(decodeMessage(type, bytes));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, offset, path } = error;
    return { code, offset, path };
  }
}

/** With another byte somewhere, or cut there. */
function changedBytes(
  whole: Uint8Array,
  changed: readonly [at: number, byte: number, cut: boolean] | null,
): Uint8Array {
  const bytes = Uint8Array.from(whole);
  if (changed === null || bytes.length === 0) return bytes;
  const at = changed[0] % bytes.length;
  bytes[at] = changed[1];
  return changed[2] ? bytes.subarray(0, at) : bytes;
}

/** @returns what both read */
function same(bytes: Uint8Array): unknown {
  const found = read(generated, bytes);
  expect(found).toEqual(read(interpreted, bytes));
  return found;
}

const ASCII = 'thirty letters of plain ASCII.';
const MIXED = '移动网络 and a few letters, é';

const CASES: readonly [what: string, bytes: Uint8Array][] = [
  ['ASCII, mixed and short texts', rows(text(1, ASCII), text(1, MIXED), text(1, ASCII), text(1, 'x'))],
  ['no texts', rows(row(), row(), row())],
  [
    'characters beyond the basic plane',
    rows(row(), text(1, '\u{1f600} and fifteen letters'), text(1, ASCII)),
  ],
  ['a text that comes twice in a row', rows(row(), row(text(1, MIXED), text(1, ASCII), text(1, 'x')), row())],
  ['a text twice, the later one short', rows(row(), row(text(1, MIXED), text(1, 'x')), text(1, MIXED))],
  [
    'a message in a row that comes twice',
    rows(row(), row(delimited(2, text(1, MIXED)), delimited(2, text(1, 'x'))), row()),
  ],
  [
    'a member of a oneof that another replaces',
    rows(row(), row(text(4, MIXED), Uint8Array.of(0x28, 5)), row()),
  ],
  ['rows in rows', rows(row(), rows(row(), text(1, ASCII), text(700, MIXED)), text(1, MIXED))],
  [
    'a map of rows in a row',
    rows(row(), row(text(1, ASCII), delimited(6, row(text(1, MIXED), delimited(2, rows(row(), text(1, MIXED))))), text(700, ASCII)), text(1, ASCII)), // prettier-ignore
  ],
  [
    'a value of a map that comes twice',
    rows(row(), row(delimited(6, row(delimited(2, text(1, MIXED)), delimited(2, text(1, 'x'))))), row()),
  ],
  ['three kilobytes of texts', rows(...Array.from({ length: 100 }, (_, i) => text(1, `${i} ${i % 3 ? ASCII : MIXED}`)))], // prettier-ignore
];

describe('texts of messages in a row', () => {
  it.each(CASES)('are those that the interpreter reads: %s', (_, bytes) => {
    expect(same(bytes)).toEqual(expect.any(String));
  });

  it.each([
    [
      'ill-formed',
      delimited(
        1,
        Uint8Array.from({ length: 20 }, (_, i) => (i === 19 ? 0xff : 0x61)),
      ),
    ],
    ['a surrogate', delimited(1, Uint8Array.of(...Buffer.from(MIXED), 0xed, 0xa0, 0x80))],
    ['cut', Uint8Array.of(0x0a, 20, 0x61)],
  ])('fail where the interpreter does: %s', (_, wrong) => {
    const found = same(rows(text(1, MIXED), text(1, MIXED), wrong));
    expect(found).toMatchObject({ code: expect.stringMatching(/^(TEXT_UTF8|TRUNCATED)$/) });
    // and nothing of it is left over
    expect(same(rows(row(), text(1, ASCII), text(1, ASCII)))).toEqual(expect.any(String));
  });

  it('are the same whatever comes in whatever order, cut anywhere, with any byte changed', () => {
    const someText = fc.tuple(
      fc.constantFrom(1, 1, 4, 700),
      fc.oneof(fc.constantFrom(ASCII, MIXED, 'x', ''), fc.string({ unit: 'grapheme', maxLength: 60 })),
    );
    const { message } = fc.letrec<{ message: Uint8Array; field: Uint8Array }>((tie) => ({
      field: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        someText.map(([no, value]) => text(no, value)),
        fc.constant(Uint8Array.of(0x28, 5)),
        fc.tuple(fc.constantFrom(2, 3, 3, 3), tie('message')).map(([no, inner]) => delimited(no, inner)),
        tie('message').map((inner) => delimited(6, row(text(1, ASCII), delimited(2, inner)))),
      ),
      message: fc.array(tie('field'), { maxLength: 6 }).map((fields) => row(...fields)),
    }));
    const change = fc.option(fc.tuple(fc.nat(), fc.nat(255), fc.boolean()));
    fc.assert(
      fc.property(message, change, (whole, changed) => {
        const bytes = changedBytes(whole, changed);
        expect(read(generated, bytes)).toEqual(read(interpreted, bytes));
      }),
      { numRuns: 3000 },
    );
  });
});
