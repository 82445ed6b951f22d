/** `petrel compare` of conversations: RESP and frames. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { encodeFrame, type FrameBody } from 'petrel';
import { RespToFrames } from 'petrel/exchange';
import { encodeResp } from 'petrel/resp';
import { Tagged, type Encodable } from 'petrel/value';
import { runCommand, type Ended } from '../../run-command.ts';
import { register } from '../commands/compare.ts';
import { Exit } from '../exit.ts';
import { parseJson } from '../json.ts';
import { gzipMeter } from './meters.ts';
import { priceDocument } from './prices.ts';

const folder = mkdtempSync(join(tmpdir(), 'compare-stream-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

function file(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  return path;
}

const run = (...args: string[]): Promise<Ended> => runCommand(register, ['compare', ...args]);

interface Line {
  readonly protocol: string;
  readonly side?: string;
  readonly items: number;
  readonly sizes: Readonly<Record<string, number>>;
  readonly withBytes: number;
  readonly nested: number;
  readonly left: { readonly frames: number; readonly bytes: number };
  readonly fields: readonly { readonly name: string; readonly count: number; readonly resp: number }[];
}

async function priced(bytes: string | Uint8Array, ...args: string[]): Promise<Line> {
  const { out, err } = await run('--json', '--fields', ...args, file('input', bytes));
  expect(err).toBe('');
  return JSON.parse(out) as Line;
}

const CLIENT =
  '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n\xff\xfe\r\n*2\r\n$3\r\nget\r\n$1\r\nk\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*0\r\n';
const SERVER =
  '+OK\r\n$-1\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n,1.50\r\n%1\r\n*0\r\n:1\r\n$?\r\n;2\r\nab\r\n;0\r\n|1\r\n+a\r\n+x\r\n_\r\n=5\r\ntxt:x\r\n!2\r\nE1\r\n,nan\r\n';

const framesOf = (bodies: readonly FrameBody[]): Buffer =>
  Buffer.concat(bodies.map((body) => encodeFrame(body)));
const carried = (side: 'client' | 'server', resp: string): Uint8Array => {
  const exchange = new RespToFrames(side);
  Array.from(exchange.carry(Uint8Array.from(Buffer.from(resp, 'latin1'))));
  return exchange.writer.take();
};

describe('petrel compare, of RESP', () => {
  it('prices commands as they stand, as frames, and as plain values', async () => {
    const { sizes, ...rest } = await priced(CLIENT);
    const json = '["SET","k","//4="]\n["get","k"]\n["GET","k"]\n[]\n';
    expect(sizes).toMatchObject({
      resp: CLIENT.length,
      petrel: carried('client', CLIENT).length,
      json: json.length,
      messagepack: 1 + 4 + 2 + 4 + 2 * (1 + 4 + 2) + 1,
      cbor: 1 + 4 + 2 + 3 + 2 * (1 + 4 + 2) + 1,
    });
    for (const id of ['resp+gzip', 'resp+brotli', 'petrel+deflate']) expect(sizes[id]).toBeGreaterThan(10);
    expect(rest).toMatchObject({ protocol: 'resp', side: 'client', items: 4, withBytes: 1, nested: 0 });
    expect(rest.fields.map(({ name, count, resp }) => [name, count, resp])).toEqual([
      ['GET', 2, 40],
      ['SET', 1, CLIENT.length - 44],
      ['other', 1, 4],
    ]);
  });

  it('prices replies of every kind, told by their types', async () => {
    const { sizes, fields, side, items } = await priced(SERVER);
    expect([side, items]).toEqual(['server', 10]);
    const json = ['"OK"', 'null', '["message","c","m"]', '1.5', '[[[],1]]', '"ab"', '[[["a","x"]],null]', '"x"', '"E1"', '"NaN"'];
    expect(json).toHaveLength(10);
    expect(sizes).toMatchObject({ resp: SERVER.length, petrel: carried('server', SERVER).length, json: `${json.join('\n')}\n`.length });
    expect(fields.map(({ name }) => name).toSorted()).toEqual(
      ['push: message', 'reply: attribute', 'reply: bulk error', 'reply: bulk string', 'reply: double', 'reply: map', 'reply: simple string', 'reply: verbatim'].toSorted(),
    );
    expect(fields.reduce((sum, { resp }) => sum + resp, 0)).toBe(SERVER.length);
  }); // prettier-ignore

  it('is told who speaks, or tells', async () => {
    const array = '*1\r\n$1\r\na\r\n';
    expect(await priced(array)).toMatchObject({ side: 'client' });
    expect(await priced(array, '--side', 'server')).toMatchObject({ side: 'server' });
    expect(await priced('*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n')).toMatchObject({ side: 'server' });
    expect(await priced('PING\r\n', '--protocol', 'resp')).toMatchObject({ side: 'client', items: 1 });
    expect((await run('--protocol', 'json', '--side', 'client', file('a', '1'))).exitCode).toBe(Exit.USAGE);
  });

  it('shows a table, notes, what each command costs, and a chart', async () => {
    const svg = join(folder, 'chart.svg');
    const document = file('a.json', '{"a":1}');
    const { out } = await run('--fields', '--top', '1', '--svg', svg, file('c.resp', CLIENT), document);
    expect(out).toMatch(/^RESP +\d+ +1\.000 +/m);
    expect(out).toMatch(/^JSON has the bytes of 1 item in base64\.$/m);
    expect(out).toMatch(/^GET +2 +40 +\d+ +0\.\d+ +\d+\.\d %$/m);
    expect(out).toMatch(/^\(2 other names\) +2 /m);
    const chart = readFileSync(svg, 'utf8');
    expect(chart).toContain('The size of 2 inputs');
    expect(chart).toContain('of RESP');
  });

  it.each([
    ['malformed', ':1\r\n:x\r\n', Exit.MALFORMED, 'RESP_VALUE at byte 5'],
    ['cut off', ':1\r\n$5\r\nab', Exit.TRUNCATED, 'TRUNCATED at byte 10'],
    ['over a limit', '$99999999\r\n', Exit.LIMIT, 'LIMIT_PAYLOAD at byte 0'],
    ['a hand-over', '+OK\r\n+CONTINUE\r\n', Exit.UNSUPPORTED, 'RESP_UNSUPPORTED at byte 5'],
  ])('has no price for what is %s', async (_what, resp, exitCode, message) => {
    const ended = await run(file('bad.resp', resp));
    expect(ended).toMatchObject({ exitCode, out: '' });
    expect(ended.err).toMatch(/^petrel: .*bad\.resp: /);
    expect(ended.err).toContain(message);
  });

  it('has no price for nothing, and no protobuf', async () => {
    expect((await run('--protocol', 'resp', file('empty', ''))).exitCode).toBe(Exit.TRUNCATED);
    expect((await run('--save-proto', 'x', file('c.resp', CLIENT))).exitCode).toBe(Exit.USAGE);
  });
});

describe('petrel compare, of frames', () => {
  it('prices what RESP carries as that RESP', async () => {
    for (const [side, resp] of [['client', CLIENT], ['server', SERVER]] as const) {
      const frames = await priced(carried(side, resp));
      const { sizes } = await priced(resp);
      expect(frames).toMatchObject({ protocol: 'petrel', nested: 0, left: { frames: 0 } });
      expect(frames.sizes).toEqual(sizes);
    }
  }); // prettier-ignore

  it('prices other commands as arrays, and leaves out what only Petrel has', async () => {
    const bodies: FrameBody[] = [
      { kind: 'ACK', received: 2 },
      { kind: 'COMMAND', id: 7, verb: 'SEND', args: ['alice', { text: 'hi' }] },
      { kind: 'REPLY', id: 7, value: new Tagged(40, 1) },
    ];
    const { sizes, nested, left, items } = await priced(framesOf(bodies));
    const array: Encodable = ['SEND', 'alice', { text: 'hi' }];
    const bytes = framesOf([bodies[0]!, bodies[2]!]).length;
    expect([items, nested, left]).toEqual([1, 1, { frames: 2, bytes }]);
    expect(sizes).toMatchObject({
      resp: encodeResp(array).length,
      petrel: framesOf(bodies).length,
      json: 31,
    });
  });

  it('reports the fault of one', async () => {
    const { exitCode, err } = await run(file('bad.bin', '\x22\x01\x01\x22\x00\x01'));
    expect([exitCode, err]).toEqual([Exit.MALFORMED, expect.stringContaining('ID_ZERO at byte 4')]);
  });
});

describe('the RESP3 price of a document', () => {
  it("is that of petrel/resp's writer", () => {
    const text = '{"a":[1,-2.5,"é",null,true,12345678901234567890]}';
    const resp = '%1\r\n$1\r\na\r\n*6\r\n:1\r\n,-2.5\r\n$2\r\né\r\n_\r\n#t\r\n(12345678901234567890\r\n';
    const value = parseJson(text);
    expect(Buffer.from(encodeResp(value)).toString()).toBe(resp);
    expect(priceDocument(value).resp3).toBe(Buffer.byteLength(resp));
  });
});

describe('a meter', () => {
  it('counts what really comes out of the compressor', async () => {
    const meter = gzipMeter();
    const parts = Array.from({ length: 20 }, (_, i) => Buffer.from(`SET key ${i * 7919} value `.repeat(500)));
    for (const part of parts) {
      meter.add(part);
      await meter.drain();
    }
    expect(await meter.finish()).toBe(gzipSync(Buffer.concat(parts), { level: 9 }).length);
  });
});
