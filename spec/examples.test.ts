/** Runs the bytes that PROTOCOL.md shows in its tables: what is said of them is what the library finds. */
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeCanonical, parseCanonical } from '../src/canonical/index.ts';
import { parseFrame } from '../src/frame/all.ts';
import type { Frame } from '../src/frame/index.ts';
import { readFrames } from '../src/frame/stream.ts';
import { unpack } from '../src/frame/pack.ts';
import { stringify } from '../src/json/index.ts';
import { closedEnumeration, decodeMessage, encodeMessage } from '../src/message/index.ts';
import { field, map, message, repeated, type Fields, type MessageType } from '../src/message/index.ts';
import { decode } from '../src/value/index.ts';
import { ProtocolError, Reader } from '../src/wire/index.ts';
import { tables } from './document.ts';
import { chunkings, readCommands, readReplies, toPetrel, toResp } from './resp.ts';

type Row = { readonly [column: string]: string };

const examples = tables().flatMap(({ heading, rows }) =>
  rows.flatMap((row, i) =>
    row['Hex'] === undefined ? [] : [[`${heading}, row ${i + 1}`, heading, row] as const],
  ),
);
const having = (...columns: readonly string[]): [string, string, Row][] =>
  examples.flatMap(([name, heading, row]) =>
    columns.every((column) => row[column] !== undefined) ? [[name, heading, row]] : [],
  );
const bytesOf = ({ Hex: hex }: Row): Uint8Array =>
  Uint8Array.from(Buffer.from(hex!.replaceAll(/\s/g, ''), 'hex'));

function faultOf(run: () => unknown): Row | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { Error: error.code, Offset: String(error.offset), Rule: error.rule };
  }
}

/** The two descriptions of the chapter on messages. */
const chat: Fields = {
  id: field(1, 'int64'),
  from: field(2, 'string'),
  steps: repeated(3, 'sint32'),
  votes: map(4, 'string', 'int32'),
  get reply() {
    return field(5, MESSAGES['Chat']!);
  },
  seen: field(6, 'bool', { optional: true }),
  text: field(7, 'string', { oneof: 'content' }),
  photo: field(8, 'bytes', { oneof: 'content' }),
  weight: field(9, 'float'),
  get thread() {
    return map(10, 'int64', MESSAGES['Chat']!);
  },
};
const kind = closedEnumeration('Record.Kind', { PLAIN: 0, LOUD: 1 });
const part = message('Record.Part', { note: field(1, 'string', { optional: true, utf8: false }) });
const record: Fields = {
  id: field(1, 'int32', { required: true }),
  kind: field(2, kind, { optional: true }),
  kinds: repeated(3, kind),
  table: map(4, 'int32', kind),
  part: field(5, part, { delimited: true }),
  get children() {
    return repeated(6, MESSAGES['Record']!);
  },
};
const MESSAGES: Readonly<Record<string, MessageType>> = {
  Chat: message('Chat', chat),
  Record: message('Record', record),
};

/** A message as the page writes it: bytes as their hexadecimal digits. */
function said(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(said);
  if (typeof value !== 'object' || value === null) return value;
  const set = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(set.map(([name, item]) => [name, said(item)]));
}

const resp = tables().flatMap(({ heading, rows }) =>
  rows.flatMap((row, i) =>
    row['RESP']?.includes('\\r\\n') ? [[`${heading}, row ${i + 1}`, row] as const] : [],
  ),
);

/** RESP as the page writes it: a character a byte, with `\r`, `\n`, `\xff` and the bar that a table needs escaped. */
function respOf({ RESP: text }: Row): Uint8Array {
  const plain = text!.replace(/\\(?:x(..)|(.))/g, (_, hex: string | undefined, letter: string) =>
    hex === undefined
      ? ({ r: '\r', n: '\n' }[letter] ?? letter)
      : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Uint8Array.from(Buffer.from(plain, 'latin1'));
}

function readAll(bytes: Uint8Array, read: (frame: Frame) => unknown = parseFrame): void {
  for (const frame of readFrames(bytes)) {
    read(frame);
    const body = parseFrame(frame);
    if (body.kind !== 'PACK') continue;
    const inner = unpack(body, (deflated) => inflateRawSync(deflated));
    for (const packed of inner) read(packed);
  }
}

describe('PROTOCOL.md shows', () => {
  it('enough examples to be worth this test', () => expect(examples.length).toBeGreaterThan(150));

  it.each(having('Value', 'Canonical'))('a value and whether it is canonical: %s', (_name, _heading, row) => {
    const bytes = bytesOf(row);
    expect(faultOf(() => decode(bytes))).toBeUndefined();
    expect(faultOf(() => decodeCanonical(bytes)) === undefined ? 'yes' : 'no').toBe(row['Canonical']);
  });

  const plainJson = having('Value').filter(
    ([, , { Value: value }]) => /^[^h(]*$/.test(value!) && isJson(value!),
  );
  it.each(plainJson)('a value that JSON can say too: %s', (_name, _heading, row) => {
    const found = JSON.parse(stringify(decode(bytesOf(row), { lossless: true }))) as unknown;
    expect(JSON.stringify(found)).toBe(JSON.stringify(JSON.parse(row['Value']!)));
  });

  const faults = having('Error', 'Offset', 'Rule');
  it.each(faults)('a fault, its place and its rule: %s', (_name, heading, row) => {
    const bytes = bytesOf(row);
    const [limit, most] = (row['Limit'] ?? '').split(' ');
    const limits = limit === '' ? {} : { [limit!]: Number(most) };
    const type = MESSAGES[row['Message'] ?? ''];
    const read = (): unknown => {
      if (type !== undefined) return decodeMessage(type, bytes, { limits });
      return /frames|handshakes/.test(heading) ? readAll(bytes) : decode(bytes, { limits });
    };
    expect(faultOf(read)).toEqual({ Error: row['Error'], Offset: row['Offset'], Rule: row['Rule'] });
  });

  it.each(having('Says', 'Written'))('what a message says, and is written as: %s', (_name, _heading, row) => {
    const type = MESSAGES[row['Message']!]!;
    const bytes = bytesOf(row);
    const written = row['Written'] === '(none)' ? '' : row['Written'] || row['Hex']!;
    const read = decodeMessage(type, bytes);
    expect(said(read)).toEqual(JSON.parse(row['Says']!));
    expect(encodeMessage(type, read)).toEqual(bytesOf({ Hex: written }));
  });

  const refused = having('Offset', 'Rule', 'Why').filter(([, , row]) => row['Error'] === undefined);
  it.each(refused)('what a reader of canonical form refuses: %s', (_name, heading, row) => {
    const bytes = bytesOf(row);
    const frames = /frames/.test(heading);
    expect(faultOf(() => (frames ? readAll(bytes) : decode(bytes)))).toBeUndefined();
    const fault = faultOf(() => (frames ? readAll(bytes, parseCanonical) : decodeCanonical(bytes)));
    expect(fault).toEqual({ Error: 'NOT_CANONICAL', Offset: row['Offset'], Rule: row['Rule'] });
  });

  it.each(resp.filter(([, row]) => row['Hex'] !== undefined))(
    'a reply, and what carries it: %s',
    (_name, row) => {
      const bytes = respOf(row);
      for (const [, chunks] of chunkings(bytes)) {
        const { items, fault } = readReplies(chunks);
        expect(fault).toBeUndefined();
        expect(items.map(toPetrel)).toEqual([bytesOf(row)]);
      }
      expect(toResp([bytesOf(row)])).toEqual(bytes);
    },
  );

  it.each(resp.filter(([, row]) => row['Error'] !== undefined))('a fault of RESP: %s', (_name, row) => {
    for (const [, chunks] of chunkings(respOf(row))) {
      const { fault } = row['Read as'] === 'commands' ? readCommands(chunks) : readReplies(chunks);
      expect(
        faultOf(() => {
          throw fault;
        }),
      ).toEqual({ Error: row['Error'], Offset: row['Offset'], Rule: row['Rule'] });
    }
  });

  const frames = having('Meaning').filter(([, heading]) => /frames|handshakes|conversation/.test(heading));
  it.each(frames)('a frame that its kind begins: %s', (_name, _heading, row) => {
    const bytes = bytesOf(row);
    expect(faultOf(() => readAll(bytes))).toBeUndefined();
    const [frame] = readFrames(bytes);
    expect(row['Meaning']).toMatch(new RegExp(`^${parseFrame(frame!).kind}`));
  });

  const varints = having('Meaning').filter(([, heading]) => heading === 'Examples of varints');
  it.each(varints)('a varint: %s', (_name, _heading, row) => {
    expect(String(new Reader(bytesOf(row)).varint())).toBe(/^\d+/.exec(row['Meaning']!)![0]);
  });
});

function isJson(text: string): boolean {
  try {
    return !/\d[.eE]|\d{16}/.test(text) && JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}
