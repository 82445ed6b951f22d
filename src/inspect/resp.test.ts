import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chunkings, readCommands, readReplies } from '../../spec/resp.ts';
import { unhex } from '../../spec/notation.ts';
import type { VectorFile } from '../../spec/runner.ts';
import type { Row } from './index.ts';
import { inspectResp, RespInspector, type InspectRespOptions } from './resp.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const shown = (text: string, options?: InspectRespOptions): string[] =>
  Array.from(inspectResp(bytesOf(text), options), (row) =>
    `${row.offset}+${row.length} ${'  '.repeat(row.depth)}${row.label}: ${row.meaning}`); // prettier-ignore

function inChunks(chunks: readonly Uint8Array[], options: InspectRespOptions): Row[] {
  const inspector = new RespInspector(options);
  return [...chunks.flatMap((chunk) => [...inspector.feed(chunk)]), ...inspector.finish()];
}

/** How many rows show the text `secret`, in their bytes or in what they say. */
const telling = (rows: Iterable<Row>): number =>
  [...rows].filter(({ bytes, meaning }) => `${Buffer.from(bytes).toString()}${meaning}`.includes('secret'))
    .length;

/** What a row says, without what it is made of. */
const told = ({ offset, length, depth, kind, label, meaning, head, bytes, path, fault }: Row): unknown[] => [
  offset,
  length,
  depth,
  kind,
  label,
  meaning,
  head,
  Buffer.from(bytes).toString('hex'),
  path,
  fault?.message,
];

const folder = new URL('../../spec/vectors/', import.meta.url);
const files = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as VectorFile,
);
const vectors = files
  .filter(({ input }) => input === 'replies' || input === 'commands')
  .flatMap(({ input, vectors: all }) => all.map((vector) => [vector.name, input, vector] as const));

describe('rows of RESP', () => {
  it.each(vectors)('have every byte once, and the fault: %s', (_name, input, { hex, limits = {} }) => {
    const bytes = unhex(hex!);
    if (bytes.length > 100_000) return;
    const side = input === 'commands' ? 'client' : 'server';
    const rows = [...inspectResp(bytes, { side, limits })];
    let at = 0;
    for (const { offset, length, kind, head, bytes: own } of rows) {
      if (kind === 'fault') continue;
      expect(offset).toBe(at);
      expect(head).toBeLessThanOrEqual(length);
      expect(Buffer.compare(own, bytes.subarray(at, at + own.length))).toBe(0);
      expect(kind === 'unread' || own.length === length).toBe(true);
      at += length;
    }
    expect(at).toBe(bytes.length);
    const { fault } = (side === 'client' ? readCommands : readReplies)([bytes], limits);
    expect(rows.flatMap((row) => row.fault ?? []).map(String)).toEqual(fault === undefined ? [] : [String(fault)]);
    if (bytes.length > 300) return;
    for (const [how, chunks] of chunkings(bytes))
      expect([how, inChunks(chunks, { side, limits }).map(told)]).toEqual([how, rows.map(told)]);
  }); // prettier-ignore

  it('say where each value stands and what it says', () => {
    expect(shown('%1\r\n$1\r\na\r\n*2\r\n:-5\r\n$-1\r\n|1\r\n+k\r\n_\r\n>1\r\n$1\r\n\xff\r\n', { side: 'server' })).toEqual([
      '0+4 reply: map of 1 pair',
      '4+7   key 0: bulk string "a"',
      '11+4   value 0: array of 2 values',
      '15+5     [0]: integer -5',
      '20+5     [1]: null, of a bulk string',
      '25+4 reply: attribute of 1 pair',
      '29+4   key 0: simple string "k"',
      '33+3   value 0: null',
      '36+4   value: push of 1 value',
      '40+7     [0]: bulk string of 1 byte',
    ]);
    expect(shown('$?\r\n;2\r\nhi\r\n;0\r\n*?\r\n*0\r\n.\r\n')).toEqual([
      '0+4 bulk string: bulk string, streamed',
      '4+8   chunk 0: chunk "hi"',
      '12+4   end: end of the chunks',
      '16+4 array: array, streamed',
      '20+4   [0]: array of 0 values',
      '24+3   end: end',
    ]);
    expect(shown('PING\r\n*1\r\n$4\r\nQUIT\r\n')).toEqual([
      '0+6 command: inline command "PING\\r"',
      '6+4 command: array of 1 value',
      '10+10   name: bulk string "QUIT"',
    ]);
  }); // prettier-ignore

  it('go up to the fault, which stands after its row, and what follows is not read', () => {
    expect(shown('*2\r\n:1\r\n:\x1b\r\n+OK\r\n')).toEqual([
      '0+4 array: array of 2 values',
      '4+4   [0]: integer 1',
      '8+4   [1]: integer "\\u001b"',
      '9+0   RESP_VALUE: no 64-bit integer',
      '12+5 unread: not read: RESP_VALUE',
    ]);
    expect(shown('+OK\r\n$5\r\nab').at(-1)).toBe('11+0 TRUNCATED: inside a token');
  });

  it('hide passwords unless they are asked for', () => {
    const hello = '*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nauth\r\n$1\r\nu\r\n$6\r\nsecret\r\n';
    const resp = `${hello}*2\r\n$4\r\nAuth\r\n$6\r\nsecret\r\nAUTH secret\n*1\r\n$6\r\nsecret\r\n`;
    expect(telling(inspectResp(bytesOf(resp), { side: 'client' }))).toBe(1);
    expect(telling(inspectResp(bytesOf(resp), { side: 'client', showSecrets: true }))).toBe(4);
  });

  it('are of one item at a time, and of deep ones made without a stack', () => {
    const inspector = new RespInspector();
    expect([...inspector.feed(bytesOf('+OK\r\n*1\r\n'))]).toHaveLength(1);
    expect([...inspector.feed(bytesOf(':1\r\n'))]).toHaveLength(2);
    const deep = bytesOf(`${'*1\r\n'.repeat(999)}*0\r\n`);
    expect([...inspectResp(deep, { limits: { maxDepth: 1000 } })]).toHaveLength(1000);
  });

  it('can only be asked for with limits within their ranges', () => {
    expect(() => [...inspectResp(bytesOf('+OK\r\n'), { limits: { maxDepth: 1001 } })]).toThrow(RangeError);
    expect(() => new RespInspector({ textUnits: 0 })).toThrow(RangeError);
  });
});
