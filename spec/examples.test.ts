/** Runs the bytes that PROTOCOL.md shows in its tables: what is said of them is what the library finds. */
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeCanonical, parseCanonical } from '../src/canonical/index.ts';
import { parseFrame, readFrames, unpack, type Frame } from '../src/frame/index.ts';
import { stringify } from '../src/json/index.ts';
import { decode } from '../src/value/index.ts';
import { ProtocolError, Reader } from '../src/wire/index.ts';
import { tables } from './document.ts';

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
    const read = /frames|handshakes/.test(heading) ? () => readAll(bytes) : () => decode(bytes, { limits });
    expect(faultOf(read)).toEqual({ Error: row['Error'], Offset: row['Offset'], Rule: row['Rule'] });
  });

  const refused = having('Offset', 'Rule', 'Why').filter(([, , row]) => row['Error'] === undefined);
  it.each(refused)('what a reader of canonical form refuses: %s', (_name, heading, row) => {
    const bytes = bytesOf(row);
    const frames = /frames/.test(heading);
    expect(faultOf(() => (frames ? readAll(bytes) : decode(bytes)))).toBeUndefined();
    const fault = faultOf(() => (frames ? readAll(bytes, parseCanonical) : decodeCanonical(bytes)));
    expect(fault).toEqual({ Error: 'NOT_CANONICAL', Offset: row['Offset'], Rule: row['Rule'] });
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
