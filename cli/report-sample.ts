/**
 * A capture with some of everything in it, for the tests of reports and for the picture of one: sessions, a broken link and its resumption, a
 * PACK, parts, errors, a frame at fault and a command without a reply. `npm run picture` draws it.
 */
import { deflateRawSync } from 'node:zlib';
import { encodeFrame, type FrameBody } from 'petrel';
import { LINKTYPE_RAW, pcapngHeader, pcapngPacket, SyntheticConnection, type End } from 'petrel/capture';

/** What one side says in one segment, milliseconds after what was said before. */
type Turn = readonly [after: number, from: End, ...said: (FrameBody | Uint8Array)[]];

const SERVER = { address: Uint8Array.of(10, 20, 0, 2), port: 7000 };
const TOKEN = Uint8Array.from({ length: 16 }, (_, i) => i * 11);
const NEXT_TOKEN = Uint8Array.from({ length: 16 }, (_, i) => i * 7 + 3);

const command = (id: number, verb: string, ...args: readonly unknown[]): FrameBody => ({
  kind: 'COMMAND',
  id,
  verb,
  args: args as never,
});
const reply = (id: number, value: unknown): FrameBody => ({ kind: 'REPLY', id, value: value as never });
const push = (verb: string, ...args: readonly unknown[]): FrameBody => ({
  kind: 'PUSH',
  verb,
  args: args as never,
});
const message = (id: number, from: string, text: string) => ({ id, from, text, at: 1_790_000_000 + id });

function pack(...frames: readonly FrameBody[]): FrameBody {
  const inside = Buffer.concat(frames.map((frame) => encodeFrame(frame)));
  return { kind: 'PACK', dictionary: 0, length: inside.length, deflated: deflateRawSync(inside) };
}

const FIRST: readonly Turn[] = [
  [
    2,
    'client',
    {
      kind: 'HELLO',
      form: 'offer',
      versions: [1, 1],
      agent: 'petrel-ios 2.4',
      credentials: 'a secret word',
      capabilities: ['parts'],
    },
    command(1, 'SYNC', { inbox: 'family', since: 4711 }),
  ],
  [48, 'server', { kind: 'HELLO', form: 'answer', version: 1, token: TOKEN, agent: 'petrel-hub 1.9' }],
  [
    3,
    'server',
    pack(
      push('inbox', message(4712, 'Grace', 'Dinner at eight?')),
      push('inbox', message(4713, 'Ada', 'Eight is fine. Who brings the dessert?')),
      push('inbox', message(4714, 'Grace', 'I do - the dessert is on its way')),
    ),
    reply(1, { upTo: 4714 }),
  ],
  [9, 'client', { kind: 'ACK', received: 4 }],
  [
    420,
    'client',
    command(2, 'SEND', { to: 'family', id: 'c-901', text: 'שלום, running late: the tram stands still' }),
  ],
  [61, 'server', reply(2, { id: 4715 })],
  [140, 'client', command(3, 'photo.get', 'p-77', { width: 640 })],
  [55, 'server', { kind: 'PART', id: 3, value: new Uint8Array(900).map((_, i) => (i * 31) & 255) }],
  [12, 'server', push('typing', 'Grace')],
  [14, 'server', { kind: 'PART', id: 3, value: new Uint8Array(900).map((_, i) => (i * 17) & 255) }],
  [16, 'server', reply(3, true)],
  [8, 'client', { kind: 'ACK', received: 9 }],
  [260, 'client', command(4, 'SEND', { to: 'family', id: 'c-902', text: 'Entering the tunnel' })],
  [2, 'client', { kind: 'PING', echo: Uint8Array.of(1) }],
];

const SECOND: readonly Turn[] = [
  [
    1,
    'client',
    { kind: 'RESUME', form: 'offer', token: TOKEN, attempt: 1, received: 9, next: 4 },
    command(4, 'SEND', { to: 'family', id: 'c-902', text: 'Entering the tunnel' }),
    command(5, 'room.join', 'tram-9'),
  ],
  [
    90,
    'server',
    { kind: 'RESUME', form: 'answer', token: NEXT_TOKEN, attempt: 1, received: 3, next: 10 },
    reply(4, { id: 4716 }),
  ],
  [31, 'server', push('inbox', message(4717, 'Ada', 'See you there')), { kind: 'ACK', received: 5 }],
  [22, 'client', { kind: 'ACK', received: 11 }, command(6, 'poll', 7)],
  [80, 'server', Uint8Array.of(0x46, 0xa1, 0x78, 0xe1, 0xa1, 0x61, 0xff)],
  [
    18,
    'client',
    { kind: 'CLOSE', scope: 'link', code: 0, received: 12, after: 0, text: '' } as unknown as FrameBody,
  ],
];

/** A pcapng file of it. `more` is said on a connection of its own. */
export function sampleCapture(more: readonly Turn[] = []): Uint8Array {
  const blocks = [pcapngHeader(LINKTYPE_RAW)];
  let millis = 0;
  const add = (packets: readonly Uint8Array[]): void => {
    for (const packet of packets) {
      blocks.push(
        pcapngPacket(packet, {
          seconds: 1_790_000_000 + Math.floor(millis / 1000),
          nanoseconds: (millis % 1000) * 1e6,
        }),
      );
    }
  };
  for (const [i, turns] of [FIRST, SECOND, more].entries()) {
    if (turns.length === 0) continue;
    const tcp = new SyntheticConnection({ address: Uint8Array.of(10, 20, 0, 9), port: 51_000 + i }, SERVER);
    add(tcp.open());
    for (const [after, from, ...said] of turns) {
      millis += after;
      add(
        tcp.data(
          from,
          Buffer.concat(said.map((each) => (each instanceof Uint8Array ? each : encodeFrame(each)))),
        ),
      );
    }
    millis += 700;
    add([...tcp.end('client'), ...tcp.end('server')]);
  }
  return Buffer.concat(blocks);
}
