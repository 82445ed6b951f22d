/** What is redacted says as much as before, at the same places, and nothing of what people said. */
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { parseFrame, type FrameBody } from 'petrel';
import {
  CaptureAnalyzer,
  CaptureError,
  CaptureReader,
  LINKTYPE_RAW,
  pcapngHeader,
  pcapngPacket,
  SyntheticConnection,
} from 'petrel/capture';
import { Conversations, type Said } from 'petrel/conversation';
import { encodeFrame } from 'petrel/frame/all';
import { Entries, Float, Message, Opaque, Decimal, Tagged, type Encodable } from 'petrel/value';
import { describe, expect, it } from 'vitest';
import { encodables, frameBodies } from '../../../fuzz/arbitraries.ts';
import { deflaterOf, inflaterOf } from '../dictionaries.ts';
import { CaptureRedactor, type RedactSettings } from './capture.ts';
import { Filler } from './filler.ts';
import { FrameRedactor } from './frames.ts';
import { redactCommand, redactReply } from './resp.ts';
import { maskValue } from './texts.ts';

const filler = new Filler(new Uint8Array(32).fill(7));
const packing = { inflate: inflaterOf({}), deflate: deflaterOf({}) };
const SETTINGS: RedactSettings = {
  filler,
  numbers: false,
  addresses: false,
  limits: {},
  packing,
  protocol: undefined,
};

const recorded = (name: string): Uint8Array =>
  readFileSync(new URL(`../../../spec/captures/${name}`, import.meta.url));

/** A capture, redacted. */
function redacted(capture: Uint8Array, settings: Partial<RedactSettings> = {}): Uint8Array {
  const redactor = new CaptureRedactor({ ...SETTINGS, ...settings });
  const analyzer = new CaptureAnalyzer(redactor);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < capture.length; at += 700) {
    told(() => analyzer.push(capture.slice(at, at + 700)));
    blocks.push(...redactor.take());
  }
  told(() => analyzer.finish());
  return Buffer.concat([...blocks, ...redactor.take()]);
}

/** A file that is at fault is read as far as it goes. */
function told(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
  }
}

interface Heard {
  readonly lines: string[];
  readonly texts: Set<string>;
}

const where = ({ connection, from }: Pick<Said, 'connection' | 'from'>): string =>
  `${connection.id}${from === connection.client ? '>' : '<'}`;

/** What is said in a capture, a line for each frame without what it says; and its texts. */
function heard(capture: Uint8Array): Heard {
  const lines: string[] = [];
  const texts = new Set<string>();
  const conversations = new Conversations(
    {
      speaks: ({ id, client, server, complete }, protocol) => {
        const shown = ['petrel', 'resp'].includes(protocol) ? protocol : 'unknown';
        lines.push(`${id} ${client.name} ${server.name} ${complete} ${shown}`);
      },
      said: (said) => {
        const { kind, body, fault, length, offset, number, packed, session, request, remarks, time } = said;
        const id = body !== undefined && 'id' in body ? body.id : '';
        // what RESP says unasked begins with any text
        const verb = body?.kind === 'COMMAND' ? body.verb : request?.verb;
        // a PACK is longer than it was, and what follows it begins later
        const size = kind === 14 || packed ? '' : `${length}`;
        lines.push(
          JSON.stringify([
            where(said),
            kind,
            String(id),
            verb,
            fault !== undefined,
            size,
            packed,
            session?.id,
          ]) + JSON.stringify([number, remarks, time, offset >= 0]),
        );
        textsOf(body, texts);
      },
      missing: (from, length) => lines.push(`${from.name} missing ${length}`),
      unread: (from, length) => lines.push(`${from.name} unread ${length}`),
      unanswered: ({ id, verb }, from) => lines.push(`${from.name} no reply ${String(id)} ${verb}`),
      closed: ({ id, ending }) => lines.push(`${id} ${ending}`),
    },
    { inflate: inflaterOf({}) },
  );
  const analyzer = new CaptureAnalyzer(conversations);
  try {
    analyzer.push(capture.slice());
    analyzer.finish();
  } catch {
    lines.push('cut off');
  }
  return { lines, texts };
}

/** Every text of what a frame says, verbs aside. */
function textsOf(part: unknown, texts: Set<string>): void {
  if (typeof part === 'string') texts.add(part);
  else if (part instanceof Uint8Array) texts.add(Buffer.from(part).toString('latin1'));
  else if (part instanceof Entries) for (const pair of part) textsOf(pair, texts);
  else if (typeof part === 'object' && part !== null)
    for (const [name, inner] of Object.entries(part))
      if (!['kind', 'form', 'scope', 'verb'].includes(name)) textsOf(inner, texts);
}

/** What the protocol says itself, and stays; verbs, and a message that is one of them. */
const KEPT = /^(?:hello|subscribe|message|AUTH|QUEUED|PONG|OK)$/;
const secretsOf = ({ texts }: Heard): string[] =>
  [...texts].filter((text) => Buffer.byteLength(text) >= 4 && !KEPT.test(text));

const anonymous = (line: string): string => line.replaceAll('127.0.0.1', '10.0.0.1');

/** Where bytes are missing, that is known at another packet than before: order and time are not the same. */
const rows = ({ lines }: Heard): string[] =>
  lines.map((line) => line.replace(/,(?:null|\{"seconds".*),true\]$/, '')).toSorted();

/** Texts of several words: one word alone may stand where a verb does. */
const phrasesOf = (said: Heard): string[] =>
  secretsOf(said).filter((text) => /^[ -~]{10,}$/.test(text) && /[ @/]/.test(text));

describe('a capture that is redacted', () => {
  for (const name of ['redis.pcapng', 'petrel.pcap']) {
    const capture = recorded(name);

    it(`has the same frames at the same times, and none of the texts: ${name}`, () => {
      const before = heard(capture);
      const out = redacted(capture);
      const after = heard(out);
      expect(after.lines).toEqual(before.lines);
      expect(secretsOf(before).length).toBeGreaterThan(10);
      const all = Buffer.concat([out, Buffer.from([...after.texts].join('\n'))]).toString('latin1');
      expect(secretsOf(before).filter((text) => all.includes(text))).toEqual([]);
    });

    it(`has the same frames when numbers and addresses are replaced as well: ${name}`, () => {
      const out = redacted(capture, { numbers: true, addresses: true });
      expect(heard(out).lines).toEqual(heard(capture).lines.map(anonymous));
    });

    it(`has them wherever the capture is cut, and whatever is lost of it: ${name}`, () => {
      const packets = [...new CaptureReader().read(capture.slice())].map(({ bytes, time, linkType }) => ({
        bytes: bytes.slice(),
        time: time!,
        linkType,
      }));
      const secrets = phrasesOf(heard(capture));
      const chosen = fc.array(fc.nat(packets.length - 1), { maxLength: 6 });
      fc.assert(
        fc.property(chosen, fc.nat(packets.length), (without, end) => {
          const kept = packets.slice(0, end).filter((_, i) => !without.includes(i));
          const part = Buffer.concat([
            pcapngHeader(packets[0]!.linkType),
            ...kept.map(({ bytes, time }) => pcapngPacket(bytes, time)),
          ]);
          const out = redacted(part);
          const [before, after] = [heard(part), heard(out)];
          expect(rows(after)).toEqual(rows(before));
          const all = Buffer.from(out).toString('latin1');
          expect(secrets.filter((text) => all.includes(text))).toEqual([]);
        }),
        { numRuns: 30 },
      );
    });
  }

  it('never comes through, whatever bits of the capture are others', () => {
    for (const name of ['redis.pcapng', 'petrel.pcap']) {
      const capture = recorded(name);
      const secrets = phrasesOf(heard(capture));
      expect(secrets.length).toBeGreaterThan(3);
      const flips = fc.array(fc.tuple(fc.nat(capture.length - 1), fc.nat(7)), { minLength: 1, maxLength: 8 });
      fc.assert(
        fc.property(flips, (bits) => {
          const other = Buffer.from(capture);
          for (const [at, bit] of bits) other[at]! ^= 1 << bit;
          const out = Buffer.from(redacted(other)).toString('latin1');
          expect(secrets.filter((text) => out.includes(text))).toEqual([]);
        }),
        { numRuns: 60 },
      );
    }
  });

  it('never comes through where it is not understood', () => {
    const secret = 'what nobody may read, ';
    const said = Buffer.from(secret.repeat(20));
    const odd = [Buffer.from('GET /secret HTTP/1.1\r\n'), Buffer.from([0x16, 3, 1]), Buffer.from('8'), Buffer.alloc(0), Buffer.from('*1\r\n$4\r\nPING\r\n*x'), encodeFrame({ kind: 'HELLO', form: 'offer', versions: [1, 1] }),
      Buffer.concat([encodeFrame({ kind: 'HELLO', form: 'offer', versions: [1, 1] }), Uint8Array.of(0x1f, 0xff, 0x7f, 1, 1)]),
      Buffer.from('*2\r\n$3\r\nGET\r\n$9000\r\n'),
    ]; // prettier-ignore
    for (const [i, begin] of odd.entries()) {
      const ends = [1, 2].map((host) => ({ address: Uint8Array.of(10, 0, 0, host), port: 7000 + i }));
      const tcp = new SyntheticConnection(ends[0]!, ends[1]!);
      const packets = [...tcp.open(), ...tcp.data('client', Buffer.concat([begin, said])), ...tcp.data('server', said), ...tcp.end('client'), ...tcp.end('server')]; // prettier-ignore
      const capture = Buffer.concat([
        pcapngHeader(LINKTYPE_RAW),
        ...packets.map((packet, at) => pcapngPacket(packet, { seconds: at, nanoseconds: 0 })),
      ]);
      const out = redacted(capture);
      expect(Buffer.from(out).includes('nobody')).toBe(false);
      expect(Buffer.from(out).includes('secret')).toBe(false);
      expect(heard(out).lines).toEqual(heard(capture).lines);
    }
  });
});

/** Compares what frames say with what fillers made of it. */
class Matcher {
  /** What is not as it should be. */
  readonly problems: unknown[] = [];
  private readonly there = new Map<string, string>();
  private readonly back = new Map<string, string>();

  match(before: unknown, after: unknown): void {
    if (typeof before === 'string') this.texts(before, after as string);
    else if (before instanceof Uint8Array) this.same(before.length, (after as Uint8Array).length);
    else if (before instanceof Message || before instanceof Opaque)
      this.match(before.bytes, (after as Message).bytes);
    else if (before instanceof Tagged && before.tag === 2) this.same((after as Tagged).tag, 2);
    else if (before instanceof Entries) {
      this.match(before.keys, (after as Entries).keys);
      this.match(before.values, (after as Entries).values);
    } else if (isNumber(before)) this.same(kindOf(before), kindOf(after));
    else
      for (const [name, part] of Object.entries(before as object))
        this.match(part, (after as Record<string, unknown>)[name]);
  }

  /** As long in bytes and in characters; the same for the same, another for another. */
  private texts(before: string, after: string): void {
    this.same(Buffer.byteLength(after), Buffer.byteLength(before));
    this.same(after.length, before.length);
    this.same(this.there.get(before) ?? after, after);
    this.same(this.back.get(after) ?? before, before);
    this.there.set(before, after);
    this.back.set(after, before);
  }

  private same(one: unknown, other: unknown): void {
    if (one !== other) this.problems.push([one, other]);
  }
}

const isNumber = (part: unknown): boolean =>
  part instanceof Float || part instanceof Decimal || typeof part !== 'object' || part === null;

/** Numbers may be others where they read as texts. */
const kindOf = (part: unknown): unknown =>
  typeof part === 'object' ? part?.constructor.name : typeof part === 'boolean' ? part : 'integer';

const reading = { lossless: true } as const;
const parsed = (bytes: Uint8Array): FrameBody => {
  const start = [1, 2, 3, 4].find((head) => headOf(bytes.length - head) === head)!;
  return parseFrame({ kind: bytes[0]! >> 4, payload: bytes.subarray(start), offset: 0, start }, reading);
};
const headOf = (size: number): number => (size < 15 ? 1 : size < 143 ? 2 : size < 16_399 ? 3 : 4);

const redactor = (numbers: boolean): FrameRedactor =>
  new FrameRedactor({ filler, numbers, limits: {}, packing });

/** A value, redacted in a REPLY. */
function inReply(value: Encodable): unknown {
  const out = redactor(false).redact(2, encodeFrame({ kind: 'REPLY', id: 1, value }));
  return (parsed(out) as { value?: unknown }).value;
}

describe('a frame that is redacted', () => {
  const calls = frameBodies.filter(({ kind }) => ['COMMAND', 'REPLY', 'PART', 'PUSH'].includes(kind));

  it('keeps its form: lengths, records, references, numbers, and which texts are the same', () => {
    fc.assert(
      fc.property(calls, (body) => {
        const bytes = encodeFrame(body);
        const out = redactor(false).redact(bytes[0]! >> 4, bytes);
        expect(out.length).toBe(bytes.length);
        const [before, after] = [parsed(bytes), parsed(out)] as unknown as Record<string, unknown>[];
        expect({ ...after, verb: 0, args: 0, value: 0 }).toEqual({ ...before, verb: 0, args: 0, value: 0 });
        const matcher = new Matcher();
        if (!/^(?:AUTH|ACL|HELLO|CONFIG|MIGRATE|SENTINEL)$/i.test(String(before!['verb'])))
          matcher.match(before!['args'] ?? before!['value'], after!['args'] ?? after!['value']);
        expect(matcher.problems).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('is still a frame of its kind when its numbers are replaced, whatever they are', () => {
    fc.assert(
      fc.property(frameBodies, encodables, (body, value) => {
        for (const one of [body, { kind: 'REPLY', id: 1, value } as const]) {
          const bytes = encodeFrame(one);
          const frames = redactor(true);
          const out = frames.redact(bytes[0]! >> 4, bytes);
          if (one.kind === 'PACK') continue; // what it holds is no deflate
          expect(frames.counts.malformed).toBe(0);
          expect([out.length, parsed(out).kind]).toEqual([bytes.length, one.kind]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('has filler as a payload, and is as long, where it is malformed', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 15 }),
        (payload, kind) => {
          const size = payload.length;
          const bytes = Buffer.concat([
            size < 15 ? Uint8Array.of((kind << 4) | size) : Uint8Array.of((kind << 4) | 15, size - 15),
            payload,
          ]);
          const frames = redactor(false);
          const out = frames.redact(kind, bytes);
          const blank = out.subarray(size < 15 ? 1 : 2).every((byte) => byte === 0xff);
          const asLong = kind === 14 || out.length === bytes.length;
          expect([asLong, blank || frames.counts.malformed === 0]).toEqual([true, true]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('has stars for credentials and for the arguments of AUTH, whatever they are', () => {
    fc.assert(
      fc.property(encodables, (secret) => {
        const hello = encodeFrame({
          kind: 'HELLO',
          form: 'offer',
          versions: [1, 1],
          credentials: secret,
          agent: 'a',
        });
        const { credentials } = parsed(redactor(false).redact(8, hello)) as { credentials?: Encodable };
        expect(starred(credentials)).toBe(true);
        const auth = encodeFrame({ kind: 'COMMAND', id: 1, verb: 'AUTH', args: [secret, 'b'] });
        const { args } = parsed(redactor(false).redact(1, auth)) as unknown as { args: Encodable[] };
        expect(args.map(starred)).toEqual([true, true]);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps numbers, but for those that read as a text together', () => {
    const numbers = [
      7,
      -3,
      1_790_000_000,
      -(2 ** 40),
      2n ** 70n,
      new Float(0.75),
      new Float(1e300),
      new Decimal(125, -2),
      5,
      200,
      null,
    ];
    expect(inReply(numbers)).toEqual(numbers);
    const spelled = [...Buffer.from('HELLO WORLD')]; // as 72, 69, ...: inline, the bytes are the characters
    expect(inReply(spelled)).not.toEqual(spelled);
    expect(inReply(0x6463_6261)).not.toBe(0x6463_6261);
  });

  it('keeps the codes of errors, and no more of them', () => {
    const out = redactor(false).redact(
      2,
      encodeFrame({ kind: 'REPLY', id: 1, value: new Tagged(2, 'NOT_FOUND no such Ada') }),
    );
    const { value } = parsed(out) as unknown as { value: Tagged };
    expect(value.value).toMatch(/^NOT_FOUND .{11}$/);
    expect(value.value).not.toContain('Ada');
  });

  it('replaces what protobuf fields hold, and keeps tags and lengths', () => {
    // 1: "Grace Hopper", 2: 150, 3: { 1: "Ada Lovelace", 2: 7 }, 4: fixed32
    const bytes = Buffer.from(
      '0a0c477261636520486f70706572109601 1a10 0a0c416461204c6f76656c6163651007 2500626364'.replaceAll(
        ' ',
        '',
      ),
      'hex',
    );
    const redact = (numbers: boolean): Buffer => {
      const frame = encodeFrame({ kind: 'REPLY', id: 1, value: new Message(5, bytes) });
      const { value } = parsed(redactor(numbers).redact(2, frame)) as unknown as { value: Message };
      return Buffer.from(value.bytes);
    };
    const out = redact(false);
    // tags, lengths and the numbers of the message itself
    const places = [[0, 2], [14, 17], [17, 21], [33, 34], [35, 40]]; // prettier-ignore
    expect(places.map((place) => out.subarray(...(place as [number, number])).toString('hex'))).toEqual(
      places.map((place) => bytes.subarray(...(place as [number, number])).toString('hex')),
    );
    for (const name of ['Grace', 'Ada', 'Hopper', 'Lovelace']) expect(out.includes(name)).toBe(false);
    expect(redact(true).includes('bcd')).toBe(false);
  });
});

const starred = (value: Encodable | undefined): boolean =>
  (typeof value === 'string' && /^\**$/.test(value)) ||
  (value instanceof Uint8Array && value.every((byte) => byte === 42));

describe('an item of RESP that is redacted', () => {
  const items = [
    '*3\r\n$3\r\nSET\r\n$12\r\nthe sesame..\r\n$6\r\nsesame\r\n',
    'get "sesame" sesame\r\n',
    '*2\r\n$4\r\nAUTH\r\n$6\r\nsesame\r\n',
    '+sesame opens\r\n',
    '-ERR sesame\r\n',
    '!10\r\nERR sesame\r\n',
    '=10\r\ntxt:sesame\r\n',
    '%1\r\n$6\r\nsesame\r\n*2\r\n+sesame\r\n:17\r\n',
    '$?\r\n;6\r\nsesame\r\n;0\r\n',
    '>2\r\n+message\r\n$6\r\nsesame\r\n',
  ];

  it.each(items)('is as long and says nothing, wherever it is cut off: %j', (item) => {
    const bytes = Buffer.from(item);
    const isCommand = /^(?:\*|get)/.test(item);
    for (let cut = 1; cut <= bytes.length; cut++) {
      const part = bytes.subarray(0, cut);
      const out = (isCommand ? redactCommand : redactReply)(part, { filler, numbers: false });
      expect(out.length).toBe(cut);
      expect(Buffer.from(out).toString('latin1')).not.toMatch(/sesa/);
    }
    expect(Buffer.from(redactReply(Buffer.from(':17\r\n'), { filler, numbers: true })).toString()).toMatch(
      /^:\d\d\r\n$/,
    );
  });
});

describe('filler', () => {
  it('is another for another text, and the same for the same', () => {
    const all = Array.from({ length: 95 * 95 }, (_, i) =>
      String.fromCharCode(32 + (i % 95), 32 + Math.floor(i / 95)),
    );
    expect(new Set(all.map((text) => filler.text(text))).size).toBe(all.length);
    const bytes = Array.from({ length: 256 }, (_, i) => Uint8Array.of(i, 0, i));
    expect(new Set(bytes.map((each) => String(filler.bytes(each)))).size).toBe(256);
    expect(filler.text('twice')).toBe(new Filler(new Uint8Array(32).fill(7)).text('twice'));
    expect(filler.text('twice')).not.toBe(new Filler(new Uint8Array(32).fill(8)).text('twice'));
  });

  it('begins alike for texts that begin alike, from 8 characters on and not before', () => {
    const [a, b] = [filler.text('https://example.org/a'), filler.text('https://example.org/b')];
    expect(a.slice(0, 20)).toBe(b.slice(0, 20));
    expect(a).not.toBe(b);
    expect(filler.text('abcdefgX').slice(0, 7)).not.toBe(filler.text('abcdefgY').slice(0, 7));
  });

  it('masks values of every length by values of as many bytes', () => {
    for (const size of [...Array(300).keys(), 16_420, 16_421, 16_422, 16_423, 16_424, 16_425, 16_426].slice(
      1,
    )) {
      const out = new Uint8Array(size);
      maskValue(out, 0, size);
      const payload = Buffer.concat([Uint8Array.of(1), out]);
      const value = parseFrame({ kind: 2, payload, offset: 0, start: 0 }) as { value?: Encodable };
      expect(starred(value.value)).toBe(true);
    }
  });
});
