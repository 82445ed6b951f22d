import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import codes from '../../spec/codes.json' with { type: 'json' };
import { concat } from '../../fuzz/arbitraries.ts';
import { parseCanonical } from '../canonical/index.ts';
import { encode, Entries, Float, Tagged, type Encodable } from '../value/index.ts';
import { decodeFrames, encodeFrame, FrameWriter, parseFrame, type FrameBody } from './all.ts';
import { VERSION } from './handshake.ts';
import { FrameKind, frameName, headLength, isCounted, skim, verbName, verbNumber } from './index.ts';
import { readFrames } from './stream.ts';
import { splitPack, unpack, type Pack } from './pack.ts';

const MOST = 2n ** 64n - 1n;

const BODIES: FrameBody[] = [
  { kind: 'COMMAND', id: 1, verb: 'GET', args: ['key'] },
  { kind: 'COMMAND', id: MOST, verb: 'my.verb', args: [] },
  { kind: 'REPLY', id: 2, value: null },
  { kind: 'REPLY', id: 3, value: new Tagged(2, 'NOPE') },
  { kind: 'PART', id: 2n ** 53n, value: new Uint8Array(1000) },
  { kind: 'PUSH', verb: 'x'.repeat(64), args: [[1], { a: 1 }] },
  { kind: 'CANCEL', id: 7 },
  { kind: 'ACK', received: 0 },
  { kind: 'PING', echo: new Uint8Array(0) },
  { kind: 'PONG', echo: new Uint8Array(8).fill(9) },
  { kind: 'CLOSE', scope: 'link', received: 1, code: 0, after: 0, text: '' },
  { kind: 'CLOSE', scope: 'session', received: MOST, code: 2, after: 60_000, text: 'é'.repeat(512) },
  { kind: 'PACK', dictionary: 0, length: 100, deflated: Uint8Array.of(1, 2, 3) },
  { kind: 'EXTENSION', type: 31 * 5 + 27, bytes: new Uint8Array(20) },
  { kind: 'RESUME', form: 'offer', token: Uint8Array.of(1), attempt: 1, received: 0, next: 1 },
  { kind: 'RESUME', form: 'answer', token: new Uint8Array(255), attempt: MOST, received: MOST, next: MOST },
  { kind: 'HELLO', form: 'offer', versions: [1, 1] },
  { kind: 'HELLO', form: 'offer', versions: [1, 7], maxPayload: 1, windowBytes: 2 ** 53 - 1, capabilities: ['a'], dictionaries: [1], agent: 'a/1', credentials: ['user', Uint8Array.of(1)] },
  { kind: 'HELLO', form: 'answer', version: 1, token: Uint8Array.of(1), unknown: ['x', 99], ackDelay: 0 },
]; // prettier-ignore

/** The payload of one frame, in a frame that says this length. */
function rawFrame(kind: keyof typeof FrameKind, payload: readonly number[] | Uint8Array): Uint8Array {
  const writer = new FrameWriter();
  writer.rawFrame(FrameKind[kind], Uint8Array.from(payload));
  return writer.take();
}

const wrong = (body: unknown): FrameBody => body as FrameBody;

describe('every kind of frame', () => {
  it.each(BODIES)('comes back: %o', (body) => {
    expect(decodeFrames(encodeFrame(body))).toStrictEqual([body]);
    expect(parseCanonical([...readFrames(encodeFrame(body))][0]!)).toStrictEqual(body);
  });

  it('comes back from one writer, whatever stood before it', () => {
    const writer = new FrameWriter();
    for (const body of [...BODIES, ...BODIES]) writer.frame(body);
    const bytes = writer.take();
    expect(decodeFrames(bytes)).toStrictEqual([...BODIES, ...BODIES]);
    expect(bytes).toStrictEqual(concat([...BODIES, ...BODIES].map((body) => encodeFrame(body))));
  });

  it('has the number, the name and the counting of the registry', () => {
    const names = codes.frameKinds
      .filter(({ kind }) => kind > 0)
      .map(({ kind }) => [kind, frameName(kind), isCounted(kind)]);
    expect(names).toStrictEqual(
      codes.frameKinds.slice(1).map(({ kind, name, counted }) => [kind, name, counted]),
    );
    const written = codes.frameKinds.filter(({ name }) => !/RESERVED|ILLEGAL/.test(name));
    expect(FrameKind).toStrictEqual(Object.fromEntries(written.map(({ name, kind }) => [name, kind])));
    expect(VERSION).toBe(codes.version);
  });

  it('knows the verbs of the registry, and no others', () => {
    const found = Array.from({ length: 88 }, (_, i) => [i, verbName(i)] as const).filter(
      ([, name]) => name !== undefined,
    );
    expect(found).toStrictEqual(codes.verbs.map(({ verb, name }) => [verb, name]));
    for (const { verb, name } of codes.verbs) expect(verbNumber(name)).toBe(verb);
    for (const name of ['get', '', ' ', 'toString', '__proto__', 'GET SET', 'undefined'])
      expect(verbNumber(name)).toBeUndefined();
  });

  it('knows the fields of a HELLO that the registry knows', () => {
    for (const { key, name, in: side } of codes.helloKeys) {
      const form = side === 'answer' ? 'answer' : 'offer';
      const needed = form === 'offer' ? { versions: [1, 1] } : { version: 1 };
      const values: Record<string, unknown> = { versions: [1, 1], version: 1, capabilities: ['c'], dictionaries: [3], agent: 'a', credentials: 'c', token: Uint8Array.of(1), unknown: [99] };
      const body = wrong({ kind: 'HELLO', form, ...needed, [name]: values[name] ?? 5 });
      const plain = Entries.from([[form === 'offer' ? 0 : 1, values[form === 'offer' ? 'versions' : 'version'] as Encodable], [key, (values[name] ?? 5) as Encodable]]);
      const map = key < 2 ? Entries.from([...plain].slice(0, 1)) : plain;
      const payload = [form === 'offer' ? 0 : 1, ...encode(map, { form: 'plain' })];
      expect(encodeFrame(body)).toStrictEqual(rawFrame('HELLO', payload));
      expect(decodeFrames(encodeFrame(body))).toStrictEqual([body]);
    }
  }); // prettier-ignore

  it('keeps the unknown keys of a HELLO, and not their values', () => {
    const map = new Entries([0, 'x', 99, new Float(1)], [[1, 1], 'secret', 'secret', 'secret']);
    const [body] = decodeFrames(rawFrame('HELLO', [0, ...encode(map, { form: 'plain' })]));
    expect(body).toStrictEqual({
      kind: 'HELLO',
      form: 'offer',
      versions: [1, 1],
      unknownKeys: ['x', 99, new Float(1)],
    });
  });
});

describe('payloads', () => {
  it.each([0, 1, 14, 15, 16, 142, 143, 16_398, 16_399, 70_000])(
    'of %d bytes have heads of as many bytes as announced',
    (length) => {
      const bytes = rawFrame('EXTENSION', new Uint8Array(length));
      expect(bytes.length).toBe(headLength(length) + length);
      const seen: number[] = [];
      expect(skim(bytes, (kind, start, end, offset) => seen.push(kind, start, end, offset))).toBe(
        bytes.length,
      );
      expect(seen).toStrictEqual([15, headLength(length), bytes.length, 0]);
    },
  );

  it('are views of the chunk, or copies when asked', () => {
    const bytes = encodeFrame({ kind: 'REPLY', id: 1, value: [Uint8Array.of(1, 2)] });
    const inner = (options?: { copy: true }) =>
      (decodeFrames(bytes, options) as unknown as { value: Uint8Array[] }[])[0]!.value[0]!;
    expect(inner().buffer).toBe(bytes.buffer);
    expect(inner({ copy: true }).buffer).not.toBe(bytes.buffer);
    const extension = encodeFrame({ kind: 'EXTENSION', type: 1, bytes: Uint8Array.of(1) });
    const [view] = decodeFrames(extension) as { bytes: Uint8Array }[];
    expect(view!.bytes.buffer).toBe(extension.buffer);
  });

  it('share the limits of one payload among their values', () => {
    const body = { kind: 'PUSH', verb: 'x', args: [[1, 2, 3], [1, 2, 3]] } as const; // prettier-ignore
    const bytes = encodeFrame(body);
    expect(decodeFrames(bytes, { limits: { maxElements: 8 } })).toStrictEqual([body]);
    expect(() => decodeFrames(bytes, { limits: { maxElements: 7 } })).toThrow(
      /^LIMIT_ELEMENTS at byte 7 \(PUSH.args\[1\]\)/,
    );
  });

  it.each<[string, keyof typeof FrameKind, readonly number[], string, string, number]>([
    ['that end inside an item', 'COMMAND', [], 'PAYLOAD_OVERRUN', 'COMMAND.id', 0],
    ['that end before the verb', 'COMMAND', [1], 'PAYLOAD_OVERRUN', 'COMMAND.verb', 1],
    ['that end inside an argument', 'PUSH', [16, ...encode(['abc', 1]).subarray(0, -1)], 'PAYLOAD_OVERRUN', 'PUSH.args[0][1]', 6],
    ['that go on after the last item', 'CANCEL', [1, 2], 'TRAILING_BYTES', 'CANCEL', 1],
    ['with request id 0', 'REPLY', [0, 0], 'ID_ZERO', 'REPLY.id', 0],
    ['with an unregistered verb', 'PUSH', [15], 'VERB_UNKNOWN', 'PUSH.verb', 0],
    ['with an empty verb', 'PUSH', [...encode('')], 'VERB_FORM', 'PUSH.verb', 0],
    ['with a verb that is no text', 'PUSH', [...encode(null)], 'VERB_FORM', 'PUSH.verb', 0],
    ['with a verb of 65 bytes', 'PUSH', [...encode('x'.repeat(65))], 'VERB_FORM', 'PUSH.verb', 0],
    ['with nine bytes to echo', 'PING', Array<number>(9).fill(0), 'ECHO_LENGTH', 'PING.echo', 0],
    ['with an unknown scope', 'CLOSE', [2, 0, 0, 0], 'CLOSE_FORM', 'CLOSE.scope', 0],
    ['with a CLOSE text that is not UTF-8', 'CLOSE', [0, 0, 0, 0, 0xff], 'TEXT_UTF8', 'CLOSE.text', 4],
    ['with an unknown form', 'HELLO', [2], 'HELLO_FORM', 'HELLO.form', 0],
    ['with a HELLO of no map', 'HELLO', [0, 1], 'HELLO_FORM', 'HELLO.fields', 1],
    ['with a HELLO without versions', 'HELLO', [0, ...encode({})], 'HELLO_FIELD', 'HELLO.fields', 1],
    ['with versions that are not spoken here', 'HELLO', [0, ...encode(Entries.from([[0, [2, 3]]]))], 'VERSION_UNSUPPORTED', 'HELLO.fields.versions', 3],
    ['with a HELLO that is not plain', 'HELLO', [0, ...encode(Entries.from([[0, [1, 1]], [99, ['abcd', 'abcd']]]))], 'HELLO_PLAIN', 'HELLO.fields[99][1]', 14],
    ['with an empty token', 'RESUME', [0, 0, 1, 1, 1], 'RESUME_FIELD', 'RESUME.token', 1],
    ['with attempt 0', 'RESUME', [0, 1, 9, 0, 1, 1], 'RESUME_FIELD', 'RESUME.attempt', 3],
  ])('%s are a fault that says where', (_name, kind, payload, code, path, offset) => {
    const before = encodeFrame({ kind: 'ACK', received: 1 });
    const bytes = concat([before, rawFrame(kind, payload), before]);
    const frames = [...readFrames(bytes)];
    expect(() => parseFrame(frames[1]!)).toThrow(expect.objectContaining({ code }) as Error);
    expect(() => parseFrame(frames[1]!)).toThrow(`${code} at byte ${frames[1]!.start + offset} (${path})`);
    expect(parseFrame(frames[2]!)).toStrictEqual({ kind: 'ACK', received: 1 });
  }); // prettier-ignore

  it.each([6, 7])('of kind %d can be skipped, not read', (kind) => {
    const writer = new FrameWriter();
    writer.frame({ kind: 'ACK', received: 1 });
    writer.rawFrame(kind, Uint8Array.of(1));
    const [, frame] = readFrames(writer.take());
    const expected = { code: 'FRAME_UNSUPPORTED', rule: 'FRAME-4', offset: 2, class: 'unsupported' };
    expect(() => parseFrame(frame!)).toThrow(expect.objectContaining(expected) as Error);
  });
});

describe('what no frame can say', () => {
  it.each<[name: string, body: unknown, error: new () => Error, path: string]>([
    ['another kind', { kind: 'toString' }, TypeError, ''],
    ['a part of a value that is none', { kind: 'COMMAND', id: 1, verb: 'GET', args: [1, { x: undefined }] }, TypeError, 'COMMAND.args[1].x'],
    ['a value that is none', { kind: 'REPLY', id: 1, value: undefined }, TypeError, 'REPLY.value'],
    ['request id 0', { kind: 'CANCEL', id: 0 }, RangeError, 'CANCEL.id'],
    ['request id 0n', { kind: 'CANCEL', id: 0n }, RangeError, 'CANCEL.id'],
    ['a fractional id', { kind: 'CANCEL', id: 1.5 }, RangeError, 'CANCEL.id'],
    ['an unsafe id', { kind: 'CANCEL', id: 2 ** 53 }, RangeError, 'CANCEL.id'],
    ['a counter beyond 2^64', { kind: 'ACK', received: 2n ** 64n }, RangeError, 'ACK.received'],
    ['an empty verb', { kind: 'PUSH', verb: '', args: [] }, RangeError, 'PUSH.verb'],
    ['a verb of 65 bytes', { kind: 'PUSH', verb: 'x'.repeat(65), args: [] }, RangeError, 'PUSH.verb'],
    ['nine bytes to echo', { kind: 'PONG', echo: new Uint8Array(9) }, RangeError, 'PONG.echo'],
    ['another scope', { kind: 'CLOSE', scope: 'all' }, RangeError, 'CLOSE.scope'],
    ['a CLOSE text of 1,025 bytes', { kind: 'CLOSE', scope: 'link', received: 0, code: 0, after: 0, text: 'x'.repeat(1025) }, RangeError, 'CLOSE.text'],
    ['a PACK beyond 2^32', { kind: 'PACK', dictionary: 0, length: 2 ** 32, deflated: new Uint8Array(0) }, RangeError, 'PACK.length'],
    ['attempt 0', { kind: 'RESUME', form: 'offer', token: Uint8Array.of(1), attempt: 0 }, RangeError, 'RESUME.attempt'],
    ['an empty token', { kind: 'RESUME', form: 'offer', token: new Uint8Array(0) }, RangeError, 'RESUME.token'],
    ['a HELLO without versions', { kind: 'HELLO', form: 'offer' }, TypeError, 'HELLO.fields'],
    ['versions in the wrong order', { kind: 'HELLO', form: 'offer', versions: [2, 1] }, TypeError, 'HELLO.fields'],
    ['a token in an offer', { kind: 'HELLO', form: 'offer', versions: [1, 1], token: Uint8Array.of(1) }, TypeError, 'HELLO.fields'],
  ])('%s is refused, and the writer stands where it stood', (_name, body, error, path) => {
    const writer = new FrameWriter();
    writer.frame({ kind: 'REPLY', id: 1, value: 'x'.repeat(300) });
    const before = writer.take();
    expect(() => writer.frame(wrong(body))).toThrow(error);
    expect(() => writer.frame(wrong(body))).toThrow(path === '' ? /toString/ : ` (at ${path})`);
    expect(writer.take()).toStrictEqual(before);
    writer.frame({ kind: 'ACK', received: 1 });
    expect(decodeFrames(writer.take())).toHaveLength(2);
  }); // prettier-ignore

  it('includes payloads over the limit of the receiver', () => {
    const body = { kind: 'REPLY', id: 1, value: new Uint8Array(100) } as const;
    const length = encodeFrame(body).length - headLength(100);
    expect(encodeFrame(body, { maxPayload: length }).length).toBeGreaterThan(100);
    expect(() => encodeFrame(body, { maxPayload: length - 1 })).toThrow(
      `a payload's length must be a whole number from 0 to ${length - 1}, not ${length}`,
    );
  });

  it.each([0, 16, -1, 1.5, NaN])('includes kind %d', (kind) => {
    expect(() => new FrameWriter().rawFrame(kind, new Uint8Array(0))).toThrow(
      new RangeError(`kind must be a whole number from 1 to 15, not ${kind}`),
    );
  });
});

describe('a canonical reader', () => {
  it('refuses a registered verb in letters, and a value that is plain, with their place', () => {
    const number = verbNumber('GET')!;
    for (const [payload, rule, path] of [
      [[...encode('GET')], 'CANON-4', 'PUSH.verb'],
      [[number, ...encode(['abcd', 'abcd'], { form: 'plain' })], 'CANON-1', 'PUSH.args[0][1]'],
      [[number, 1, ...encode([{ a: 1 }, { a: 2 }], { form: 'plain' })], 'CANON-2', 'PUSH.args[1][1]'],
    ] as const) {
      const [frame] = readFrames(rawFrame('PUSH', payload));
      expect(parseFrame(frame!)).toMatchObject({ verb: 'GET' });
      expect(() => parseCanonical(frame!)).toThrow(
        expect.objectContaining({ code: 'NOT_CANONICAL', rule }) as Error,
      );
      expect(() => parseCanonical(frame!)).toThrow(`(${path})`);
    }
  });
});

const inflate = (deflated: Uint8Array, _dictionary: number | bigint, length: number): Uint8Array =>
  inflateRawSync(deflated, { maxOutputLength: length + 1 });

describe('a PACK', () => {
  const inside = [BODIES[0]!, BODIES[2]!, BODIES[4]!, BODIES[5]!, BODIES[6]!, BODIES[7]!];
  const inflated = concat(inside.map((body) => encodeFrame(body)));

  it('holds counted frames and ACKs, deflated', () => {
    const pack: Pack = {
      kind: 'PACK',
      dictionary: 0,
      length: inflated.length,
      deflated: deflateRawSync(inflated),
    };
    const [read] = decodeFrames(encodeFrame(pack)) as [Pack];
    expect(unpack(read, inflate).map((frame) => parseFrame(frame))).toStrictEqual(inside);
  });

  it('hands the dictionary and the length to whoever inflates', () => {
    const seen: unknown[] = [];
    const pack: Pack = { kind: 'PACK', dictionary: 7, length: 0, deflated: Uint8Array.of(1) };
    unpack(pack, (...args) => {
      seen.push(...args);
      return new Uint8Array(0);
    });
    expect(seen).toStrictEqual([pack.deflated, 7, 0]);
  });

  it('is inflated to exactly its length', () => {
    for (const length of [inflated.length - 1, inflated.length + 1]) {
      const expected = { code: 'PACK_CONTENT', rule: 'FRAME-17', offset: Math.min(length, inflated.length) };
      expect(() => splitPack(inflated, length)).toThrow(expect.objectContaining(expected) as Error);
    }
    const cut = inflated.subarray(0, -1);
    expect(() => splitPack(cut, cut.length)).toThrow('the last frame of a PACK is not whole');
  });

  it.each(['HELLO', 'RESUME', 'PING', 'PONG', 'CLOSE', 'PACK', 'EXTENSION'] as const)(
    'holds no %s',
    (kind) => {
      const ack = encodeFrame({ kind: 'ACK', received: 1 });
      const bytes = concat([ack, rawFrame(kind, []), ack]);
      const expected = { code: 'PACK_CONTENT', rule: 'FRAME-17', offset: ack.length };
      expect(() => splitPack(bytes, bytes.length)).toThrow(expect.objectContaining(expected) as Error);
    },
  );

  it('is judged by its length before anybody inflates it', () => {
    const bytes = encodeFrame({ kind: 'PACK', dictionary: 0, length: 1001, deflated: new Uint8Array(0) });
    expect(() => decodeFrames(bytes, { limits: { maxPayload: 1000 } })).toThrow(
      /^LIMIT_PAYLOAD at byte 2 \(PACK.length\)/,
    );
  });
});
