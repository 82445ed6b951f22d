import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrames, FrameWriter } from '../frame/all.ts';
import type { Pack } from '../frame/types.ts';
import {
  Acceptor,
  ClientSession,
  type ClientOptions,
  type ServerSession,
  type SessionEvent,
} from '../session/index.ts';
import { chatDictionary, dictionary, packing, type Compressor, type Dictionary } from './index.ts';
import { pako, zlib } from './helpers.test.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const own = dictionary(ascii('what our own application says again and again'), 70);
const PHRASE = 'Are you at home? See you at the station tomorrow, thank you so much for your help';

/** Two sessions with a link between them, everything that goes over it kept. */
class Pair {
  readonly sent: Uint8Array[] = [];
  private readonly acceptor: Acceptor;
  private readonly far;
  readonly client: ClientSession;
  readonly near;
  server!: ServerSession;

  constructor(client: ClientOptions, server: ClientOptions) {
    this.client = new ClientSession(client);
    this.acceptor = new Acceptor(server, (length) => new Uint8Array(length));
    this.near = this.client.connect(0);
    this.far = this.acceptor.open(0);
    this.far.receive(this.near.output(0)!, 0);
    this.server = this.acceptor.accept(this.far, 0);
    this.near.receive(this.far.output(0)!, 0);
    this.events(this.client);
    this.events(this.server);
  }

  /** What the client says now goes to the server. @returns what that is told. */
  up(change: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes): SessionEvent[] {
    const bytes = this.near.output(0)!;
    this.sent.push(bytes);
    this.far.receive(change(bytes), 0);
    return this.events(this.server);
  }

  private events(session: ClientSession | ServerSession): SessionEvent[] {
    return [
      ...(function* () {
        for (let event = session.poll(); event !== undefined; event = session.poll()) yield event;
      })(),
    ];
  }
}

const bodiesOf = (bytes: Uint8Array): string[] =>
  decodeFrames(bytes).map((body) => (body.kind === 'PACK' ? `PACK ${body.dictionary}` : body.kind));
/** The one PACK of these bytes, changed. */
function repacked(bytes: Uint8Array, change: (pack: Pack) => Partial<Pack>): Uint8Array {
  const [pack] = decodeFrames(bytes) as Pack[];
  const writer = new FrameWriter({ maxPayload: 2 ** 25 });
  writer.frame({ ...pack!, ...change(pack!) });
  return writer.take();
}
const said = (events: readonly SessionEvent[]): unknown[] =>
  events.map((event) => (event.type === 'push' ? event.args[0] : event));
const packs = (...dictionaries: Dictionary[]): ClientOptions => packing(zlib, dictionaries);
const compressors = [
  ['zlib', zlib],
  ['pako', pako],
] as const;

describe('sessions that pack', () => {
  const cases: readonly (readonly [
    what: string,
    client: ClientOptions,
    server: ClientOptions,
    sent: string,
  ])[] = [
    [
      'the first dictionary of the sender that both have',
      packs(own, chatDictionary()),
      packs(chatDictionary(), own),
      'PACK 70',
    ],
    ['the only one that both have', packs(own, chatDictionary()), packs(chatDictionary()), 'PACK 1'],
    ['no dictionary where they share none', packs(own), packs(chatDictionary()), 'PACK 0'],
    ['no PACK where the peer takes none', packs(chatDictionary()), {}, 'PUSH'],
  ];
  it.each(cases)('use %s', (_what, client, server, sent) => {
    const pair = new Pair(client, server);
    const text = `${PHRASE}, what our own application says again and again. ${PHRASE}`;
    pair.client.push('NEWS', [text]);
    expect(said(pair.up())).toEqual([text]);
    expect(bodiesOf(pair.sent[0]!)).toEqual([sent]);
  });

  it.each(compressors)('give out what went in, whatever is sent and deflated by %s', (_name, compressor) => {
    const batch = fc.array(fc.oneof(fc.string(), fc.constant(PHRASE), fc.uint8Array()), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 4 }), (batches) => {
        // whatever deflates, another library inflates
        const other = compressor === zlib ? pako : zlib;
        const pair = new Pair(packing(compressor, [chatDictionary()]), packing(other, [chatDictionary()]));
        for (const values of batches) {
          for (const value of values) pair.client.push('NEWS', [value]);
          expect(said(pair.up())).toEqual(values);
        }
      }),
      { numRuns: 25 },
    );
  });

  /** The server's fault when the client's PACK arrives changed. */
  const faultOf = (change: (pack: Pack) => Partial<Pack>, compressor: Compressor): unknown => {
    const pair = new Pair(packs(chatDictionary()), packing(compressor, [chatDictionary()]));
    pair.client.push('NEWS', [PHRASE]);
    const events = pair.up((bytes) => repacked(bytes, change));
    return events.map((event) => (event.type === 'broken' && 'error' in event ? event.error?.code : event));
  };
  const huge = zlib.deflate(new Uint8Array(2 ** 24), chatDictionary().bytes);
  const hostile: readonly (readonly [what: string, change: (pack: Pack) => Partial<Pack>, code: string])[] = [
    ['a bomb of 16 MiB that announces as little as it should', () => ({ deflated: huge }), 'PACK_CONTENT'],
    [
      'a bomb that announces more than the limit',
      () => ({ deflated: huge, length: 2 ** 24 + 1 }),
      'LIMIT_PAYLOAD',
    ],
    ['a dictionary that was not listed', () => ({ dictionary: 70 }), 'FRAME_UNSUPPORTED'],
    ['an id beyond 2^53', () => ({ dictionary: 2n ** 64n - 1n }), 'FRAME_UNSUPPORTED'],
    ['a stream for which no dictionary is named', () => ({ dictionary: 0 }), 'PACK_CONTENT'],
    [
      'a stream that is cut short',
      ({ deflated }) => ({ deflated: deflated.subarray(0, -1) }),
      'PACK_CONTENT',
    ],
    ['no stream at all', () => ({ deflated: new Uint8Array(0) }), 'PACK_CONTENT'],
    [
      'bytes behind the stream',
      ({ deflated }) => ({ deflated: Uint8Array.of(...deflated, 0) }),
      'PACK_CONTENT',
    ],
    [
      'a second stream behind the first',
      ({ deflated }) => ({ deflated: Uint8Array.of(...deflated, ...deflated) }),
      'PACK_CONTENT',
    ],
    ['one byte more than announced', ({ length }) => ({ length: length - 1 }), 'PACK_CONTENT'],
    ['one byte less than announced', ({ length }) => ({ length: length + 1 }), 'PACK_CONTENT'],
  ];
  it.each(hostile)('close the link at %s', (_what, change, code) => {
    for (const [, compressor] of compressors) expect(faultOf(change, compressor)).toEqual([code]);
  });

  it('inflate no more than one byte beyond what was announced', () => {
    expect(() => zlib.inflate(huge, chatDictionary().bytes, 100)).toThrow(/larger than 101 bytes/);
  });
});

describe('packing', () => {
  it('lists the dictionaries in their order, and none behind them', () => {
    expect(packing(zlib, [own, chatDictionary()]).dictionaries).toEqual([70, 1, 0]);
    expect(packing(zlib, []).dictionaries).toEqual([0]);
  });

  it('hands the compressor the bytes of the dictionary that is asked for', () => {
    const asked: unknown[] = [];
    const compressor: Compressor = {
      deflate: (bytes, bytesOf) => (asked.push(bytesOf), bytes),
      inflate: (bytes, bytesOf, length) => (asked.push(bytesOf, length), bytes),
    };
    const { deflate, inflate } = packing(compressor, [own]);
    deflate(ascii('a'), 70);
    deflate(ascii('a'), 0);
    inflate(ascii('a'), 70, 3);
    expect(asked).toEqual([own.bytes, undefined, own.bytes, 3]);
  });

  it('refuses two dictionaries with one id', () => {
    expect(() => packing(zlib, [own, dictionary(ascii('another'), 70)])).toThrow(
      /two dictionaries have the id 70/,
    );
  });

  it.each([1, 71, 2n ** 60n])('has no dictionary %s when none was given', (id) => {
    expect(() => packing(zlib, [own]).inflate(ascii('a'), id, 1)).toThrow(
      expect.objectContaining({ code: 'FRAME_UNSUPPORTED', rule: 'SESSION-20' }),
    );
  });
});
