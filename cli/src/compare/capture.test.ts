/** `petrel compare` of captures: figures that were reckoned by hand. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame, type FrameBody } from 'petrel';
import { LINKTYPE_RAW, pcapngHeader, pcapngPacket, SyntheticConnection, type End } from 'petrel/capture';
import { encodeResp } from 'petrel/resp';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { runCommand, type Ended } from '../../run-command.ts';
import { register } from '../commands/compare.ts';
import { Exit } from '../exit.ts';
import { encodePublish } from './mqtt.ts';
import { Carrier, type Carried } from './transport.ts';

const REDIS = new URL('../../../spec/captures/redis.pcapng', import.meta.url).pathname;

const folder = mkdtempSync(join(tmpdir(), 'compare-capture-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const run = (...args: string[]): Promise<Ended> => runCommand(register, ['compare', ...args]);

interface Line {
  readonly protocol: string;
  readonly items: number;
  readonly withBytes: number;
  readonly nested: number;
  readonly lost: number;
  readonly left: { readonly frames: number; readonly bytes: number };
  readonly captured: object;
  readonly sizes: Readonly<Record<string, Carried>>;
  readonly fields?: readonly object[];
}

const priced = async (...args: string[]): Promise<Line> =>
  JSON.parse((await run('--json', ...args)).out) as Line;

/** A connection that says this, a segment for each, `seconds` after the one before. */
function capture(name: string, said: readonly (readonly [End, Uint8Array])[], seconds = 0): string {
  const tcp = new SyntheticConnection(
    { address: Uint8Array.of(10, 0, 0, 1), port: 40_000 },
    { address: Uint8Array.of(10, 0, 0, 2), port: 47_000 },
  );
  const packets = [
    ...tcp.open(),
    ...said.flatMap(([from, bytes]) => tcp.data(from, bytes)),
    ...tcp.end('client'),
    ...tcp.end('server'),
  ];
  const blocks = packets.map((packet, i) => pcapngPacket(packet, { seconds: i * seconds, nanoseconds: i }));
  writeFileSync(join(folder, name), Buffer.concat([pcapngHeader(LINKTYPE_RAW), ...blocks]));
  return join(folder, name);
}

const frame = (from: End, body: FrameBody): readonly [End, Uint8Array] => [from, encodeFrame(body)];
const bytesOf = ({ sizes }: Line): object =>
  Object.fromEntries(Object.entries(sizes).map(([format, { bytes }]) => [format, bytes]));
const segmentsOf = ({ sizes }: Line): object =>
  Object.fromEntries(Object.entries(sizes).map(([format, { segments }]) => [format, segments]));

const CONVERSATION: readonly (readonly [End, Uint8Array])[] = [
  frame('client', { kind: 'HELLO', form: 'offer', versions: [1, 1] }), // 7 bytes
  frame('server', { kind: 'HELLO', form: 'answer', version: 1 }), // 5
  frame('client', { kind: 'COMMAND', id: 7, verb: 'SEND', args: ['bob', 'hi'] }), // 10
  frame('server', { kind: 'REPLY', id: 7, value: 42 }), // 3
  frame('client', { kind: 'ACK', received: 1 }), // 2
];

describe('petrel compare, of a capture of Petrel', () => {
  it('prices what was said in each format', async () => {
    const line = await priced(capture('petrel.pcapng', CONVERSATION));
    expect(line).toMatchObject({ protocol: 'petrel', items: 2, left: { frames: 3, bytes: 14 }, lost: 0 });
    expect(bytesOf(line)).toEqual({
      // ["SEND","bob","hi"] and 42, a line each
      json: 20 + 3,
      // *3 $4 SEND $3 bob $2 hi; :42
      resp: 4 + 10 + 9 + 8 + 5,
      messagepack: 13 + 1,
      cbor: 13 + 2,
      // length, tag, length and the fields 1: "bob", 2: "hi"; 1: 42
      protobuf: 3 + 5 + 4 + (3 + 2),
      // CONNECT, CONNACK, the PUBLISHes, a PUBACK for each
      mqtt: 15 + 5 + 27 + 13 + 4 + 4,
      petrel: 7 + 5 + 10 + 3 + 2,
    });
  });

  it('adds what carries it', async () => {
    const line = await priced(capture('petrel.pcapng', CONVERSATION));
    // three packets open it, each side's end takes two
    expect(line.captured).toEqual({ connections: 1, packets: 12, bare: 7, wire: 12 * 40 + 27 });
    // MQTT: CONNECT, CONNACK, COMMAND, REPLY, and a PUBACK where the client writes next
    expect(segmentsOf(line)).toEqual({ json: 2, resp: 2, messagepack: 2, cbor: 2, protobuf: 2, mqtt: 5, petrel: 5 });
    expect(line.sizes['resp']).toMatchObject({ tcp: 36 + 52 * 9, tls: 36 + 2 * 22 + 52 * 9 });
    expect(line.sizes['petrel']).toMatchObject({ tcp: 27 + 52 * 12, tls: 27 + 5 * 22 + 52 * 12 });
  }); // prettier-ignore

  it('takes parts of replies for replies, and says what only Petrel has', async () => {
    const file = capture('parts.pcapng', [
      ...CONVERSATION,
      frame('client', { kind: 'COMMAND', id: 8, verb: 'SYNC', args: [{ at: 1 }] }),
      frame('server', { kind: 'PART', id: 8, value: Uint8Array.of(255) }),
      frame('server', { kind: 'REPLY', id: 8, value: true }),
    ]);
    expect(await priced(file)).toMatchObject({ items: 5, withBytes: 1, nested: 1 });
    const { out } = await run(file);
    expect(out).toMatch(/^Only Petrel has 3 frames of 14 bytes/m);
    expect(out).toMatch(/^RESP has 1 command with other arguments/m);
  });
});

describe('petrel compare, of a capture of RESP', () => {
  it('has the bytes of RESP as they were, and adds what a link of Petrel begins with', async () => {
    const command = encodeResp(['PING']);
    const line = await priced(
      capture('resp.pcapng', [
        ['client', command],
        ['server', Buffer.from('+PONG\r\n')],
      ]),
    );
    expect(line).toMatchObject({ protocol: 'resp', items: 2, captured: { packets: 9, bare: 7 } });
    // HELLOs of 7 and 25 bytes; COMMAND: head, id, the verb's 5; REPLY: head, id, the tag's 2, 1; an ACK of each side, the
    // server's with its reply, the client's by itself
    expect(line.sizes).toMatchObject({
      resp: { bytes: 14 + 7, segments: 2 },
      petrel: { bytes: 7 + 25 + 7 + 5 + 2 * 2, segments: 2 + 2 + 1 },
    });
  });

  it('sends an ACK alone that no write took along for a second', async () => {
    const said: readonly (readonly [End, Uint8Array])[] = [
      ['client', Buffer.from('*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n')],
      ['server', Buffer.from('+PONG\r\n')],
      ['server', Buffer.from('+PONG\r\n')],
    ];
    const [fast, slow] = [await priced(capture('fast.pcapng', said)), await priced(capture('slow.pcapng', said, 2))];
    // the server's goes alone before its first reply, the client's after each
    expect(slow.sizes['petrel']!.segments - fast.sizes['petrel']!.segments).toBe(2);
    expect(slow.sizes['resp']).toEqual(fast.sizes['resp']);
  }); // prettier-ignore

  it('prices what redis-server said', async () => {
    const line = await priced(REDIS);
    // tshark: 77 packets of TCP with 13,309 bytes, 41 of them with 8,163 bytes of payload
    expect(line).toMatchObject({
      protocol: 'resp',
      items: 57,
      lost: 0,
      captured: { connections: 4, packets: 77, bare: 36, wire: 13_309 },
    });
    // two values of 3,000 bytes take three segments each
    expect(line.sizes['resp']).toEqual({
      bytes: 8163,
      segments: 41 + 2 * 2,
      tcp: 8163 + 52 * (45 + 36),
      tls: 8163 + 41 * 22 + 52 * (45 + 36),
    });
    expect(Object.keys(line.sizes)).toEqual(['json', 'resp', 'messagepack', 'cbor', 'protobuf', 'mqtt', 'petrel']);
  }); // prettier-ignore

  it('shows a table, commands by their cost, and a chart', async () => {
    const svg = join(folder, 'sizes.svg');
    const { out, exitCode } = await run('--fields', '--top', '1', '--svg', svg, REDIS);
    expect(exitCode).toBe(Exit.GOOD);
    expect(out).toMatch(/^RESP +8,163 +1\.000 +45 +12,375 +1\.000 +13,277 +1\.000$/m);
    expect(out).toMatch(
      /^Captured: 77 packets, 36 of them without new bytes, 13,309 bytes with all headers\.$/m,
    );
    expect(out).toMatch(/^SET +3 +3,091/m);
    const drawn = readFileSync(svg, 'utf8');
    expect(drawn).toContain('The same capture in bytes');
    expect(drawn.match(/fill-opacity/g)).toHaveLength(7);
  });
});

describe('petrel compare, of captures', () => {
  it('refuses what has nothing to price, is cut, or is asked for what captures do not have', async () => {
    const empty = capture('empty.pcapng', []);
    expect(await run(empty)).toMatchObject({ exitCode: Exit.TRUNCATED, out: '' });
    const cut = join(folder, 'cut.pcapng');
    writeFileSync(cut, readFileSync(REDIS).subarray(0, -10));
    expect(await run(cut)).toMatchObject({ exitCode: Exit.MALFORMED, out: '' });
    expect(await run('--side', 'client', REDIS)).toMatchObject({ exitCode: Exit.USAGE, out: '' });
    expect(await run('--save-proto', 'x.proto', REDIS)).toMatchObject({ exitCode: Exit.USAGE, out: '' });
  });

  it('ends with a documented exit code on whatever a capture holds', async () => {
    const bytes = readFileSync(REDIS);
    const codes: number[] = [];
    for (let i = 0; i < 30; i++) {
      const mutant = Uint8Array.from(bytes);
      for (let k = 1; k <= 20; k++)
        mutant[400 + ((i * 7919 + k * k * 104_729) % (mutant.length - 400))]! ^= 1 + (i % 255);
      writeFileSync(join(folder, 'mutant.pcapng'), mutant);
      codes.push((await run('--json', join(folder, 'mutant.pcapng'))).exitCode);
    }
    expect(codes.filter((code) => ![Exit.GOOD, Exit.MALFORMED, Exit.TRUNCATED].includes(code as 0))).toEqual(
      [],
    );
    expect(codes).toContain(Exit.GOOD);
  });

  it('says how much could not be read', async () => {
    const torn = [...CONVERSATION, ['client', Uint8Array.of(0, 0, 0)] as const];
    const { out } = await run(capture('torn.pcapng', torn));
    expect(out).toMatch(/^3 bytes are missing, at fault or could not be read/m);
  });
});

describe('a PUBLISH', () => {
  // as mqtt-packet 9.0.2 writes them
  const cases: readonly (readonly [FrameBody & { kind: 'COMMAND' | 'REPLY' | 'PUSH' }, string])[] = [
    [
      { kind: 'COMMAND', id: 7, verb: 'SEND', args: ['bob', 'hi'] },
      '3219000453454e44000108080001720900010792a3626f62a26869',
    ],
    [{ kind: 'REPLY', id: 300, value: 42 }, '320c000172000105090002012c2a'],
    [{ kind: 'PUSH', verb: 'NEWS', args: [42] }, '320b00044e4557530001 00 912a'],
  ];
  it.each(cases)('is that of MQTT 5: %j', (body, hex) => {
    expect(Buffer.from(encodePublish(body)).toString('hex')).toBe(hex.replaceAll(' ', ''));
  });
});

describe('what carries bytes', () => {
  it.each([
    [1448, 1, 2],
    [1449, 2, 2],
    [1426, 1, 1],
    [1427, 1, 2],
    [16_384, 12, 12],
    [16_385, 12, 12],
    [0, 0, 0],
  ])('takes for a write of %i bytes %i segments, over TLS %i', (size, segments, sealedSegments) => {
    const carrier = new Carrier();
    carrier.write(size);
    const records = Math.ceil(size / 16_384);
    const tls = size + 22 * records + 52 * sealedSegments;
    expect(carrier.result(0)).toEqual({ bytes: size, segments, tcp: size + 52 * segments, tls });
  });
});
