/** What the fast lanes carry is what the slow way would write, byte for byte; everything else they leave to it. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandFrame, commandOf, replyFrame, replyOf } from '../../exchange/index.ts';
import { decodeFrames, encodeFrame } from '../../frame/all.ts';
import { FrameDecoder, FrameKind, type Command, type Reply } from '../../frame/index.ts';
import { encodeResp, RespCommandReader, RespReader, RespWriter } from '../../resp/index.ts';
import { ProtocolError, Writer } from '../../wire/index.ts';
import { Float, Tagged, type Encodable } from '../../value/index.ts';
import { carryCommand, giveCommand } from './commands.ts';
import { idBefore, idEnd } from './ids.ts';
import { carryReply, giveReply } from './replies.ts';

const string = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 500 }),
  fc.constantFrom('', 'x'.repeat(38), 'x'.repeat(39), 'x'.repeat(47), 'x'.repeat(48), 'x'.repeat(200), 'é'.repeat(30), '在吗', '😀'),
  fc.uint8Array({ maxLength: 40 }),
  fc.constantFrom(Uint8Array.of(0xc0, 0x80), Uint8Array.of(0xed, 0xa0, 0x80), Uint8Array.of(0xf4, 0x90, 0x80, 0x80), Uint8Array.of(0xe0, 0x80, 0x80), Uint8Array.of(0xf0, 0x80, 0x80, 0x80), new Uint8Array(14), new Uint8Array(15).fill(255), new Uint8Array(300).fill(255)),
); // prettier-ignore
const name = fc.oneof(
  fc.constantFrom(
    'GET',
    'SET',
    'get',
    'ECHO',
    'HMGET',
    'XADD',
    'MULTI',
    'CLIENT',
    'RESP',
    'SYNC',
    'V'.repeat(64),
    'V'.repeat(65),
    'A',
    'é',
  ),
  string,
);
const id = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 2 ** 40 }));
/** A byte changed, or the end cut off. */
const damage = fc.record({ at: fc.nat(), by: fc.nat(255), cut: fc.option(fc.nat(), { nil: undefined }) });

function damaged(
  bytes: Uint8Array,
  { at, by, cut }: { at: number; by: number; cut: number | undefined },
): Uint8Array {
  const copy = bytes.slice(0, cut === undefined ? bytes.length : cut % (bytes.length + 1));
  if (copy.length > 0) copy[at % copy.length] = by;
  return copy;
}

/** What a function answers; undefined where it refuses its input. */
function unlessRefused<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof ProtocolError || error instanceof TypeError) return undefined;
    throw error;
  }
}

const written = (write: (out: RespWriter) => void): Uint8Array => {
  const out = new RespWriter();
  write(out);
  return out.take();
};

function checkCommand(resp: Uint8Array, number: number): boolean {
  const out = new Writer();
  const end = carryCommand(resp, 0, resp.length, out, number);
  expect(out.pos > 0).toBe(end > 0);
  if (end === 0) return false;
  const reader = new RespCommandReader();
  reader.feed(resp);
  const command = reader.next()!;
  expect(end).toBe(command.length);
  expect(Buffer.compare(out.take(), encodeFrame(commandFrame(command, number)))).toBe(0);
  return true;
}

function checkGiven(bytes: Uint8Array): boolean {
  const decoder = new FrameDecoder();
  decoder.feed(bytes);
  if (unlessRefused(() => decoder.next()) !== true || decoder.kind !== FrameKind.COMMAND) return false;
  const { start, end } = decoder;
  const pos = idEnd(bytes, start, end);
  const out = new Writer();
  if (pos === 0 || idBefore(bytes, start, pos) === 0) return false;
  const given = giveCommand(bytes, pos, end, out);
  expect(out.pos > 0).toBe(given);
  if (!given) return false;
  const [command] = decodeFrames(bytes.subarray(0, end), { lossless: true }) as [Command];
  expect(idBefore(bytes, start, pos)).toBe(command.id);
  expect(Buffer.compare(out.take(), written((w) => w.command(commandOf(command).parts)))).toBe(0);
  return true;
} // prettier-ignore

function checkReply(resp: Uint8Array, number: number): boolean {
  const out = new Writer();
  const end = carryReply(resp, 0, resp.length, out, number);
  expect(out.pos > 0).toBe(end > 0);
  if (end === 0) return false;
  const reader = new RespReader();
  reader.feed(resp);
  const value = reader.next()!;
  expect(end).toBe(reader.position);
  expect(Buffer.compare(out.take(), encodeFrame(replyFrame(value, number)))).toBe(0);
  return true;
}

function checkGivenReply(value: Uint8Array): boolean {
  const out = new Writer();
  const given = giveReply(value, 0, value.length, out);
  expect(out.pos > 0).toBe(given);
  if (!given) return false;
  const head = value.length + 1 < 15 ? [0x20 | (value.length + 1)] : [0x2f, ...varint(value.length + 1 - 15)];
  const [reply] = decodeFrames(Uint8Array.of(...head, 1, ...value), { lossless: true }) as [Reply];
  expect(Buffer.compare(out.take(), encodeResp(replyOf(reply)))).toBe(0);
  return true;
} // prettier-ignore

const varint = (value: number): Uint8Array => {
  const out = new Writer();
  out.varint(value);
  return out.take();
};

describe('a fast lane', () => {
  it('writes the COMMAND that the slow way writes', () => {
    fc.assert(
      fc.property(name, fc.array(string, { maxLength: 5 }), id, damage, (verb, args, number, harm) => {
        const resp = written((w) => w.command([verb, ...args]));
        checkCommand(resp, number);
        checkCommand(damaged(resp, harm), number);
      }),
      { numRuns: 600 },
    );
    const set = written((w) => w.command(['SET', 'k', 'é', Uint8Array.of(255)]));
    expect(checkCommand(set, 300)).toBe(true);
    for (const tracked of ['MULTI', 'exec', 'Client', 'SUBSCRIBE', 'sunsubscribe', 'HELLO', 'RESP', 'REPLCONF'])
      expect(checkCommand(written((w) => w.command([tracked])), 1)).toBe(false);
  }); // prettier-ignore

  it('writes the command that the slow way writes', () => {
    fc.assert(
      fc.property(name, fc.array(fc.oneof({ weight: 5, arbitrary: string }, fc.nat()), { maxLength: 3 }), damage, (verb, args, harm) => {
        const frame = unlessRefused(() => encodeFrame({ kind: 'COMMAND', id: 5, verb: String(verb).slice(0, 8) || 'A', args }));
        if (frame === undefined) return;
        checkGiven(frame);
        checkGiven(damaged(frame, harm));
      }),
      { numRuns: 600 },
    );
    expect(checkGiven(encodeFrame({ kind: 'COMMAND', id: 200, verb: 'SET', args: ['k', 'é'] }))).toBe(true);
    expect(checkGiven(encodeFrame({ kind: 'COMMAND', id: 1, verb: 'PING', args: [] }))).toBe(true);
    expect(checkGiven(encodeFrame({ kind: 'COMMAND', id: 1, verb: 'Quit', args: [] }))).toBe(false);
    expect(checkGiven(Uint8Array.of(0x14, 1, 0x10, 0xa1, 0xff))).toBe(false); // a text that is none
  }); // prettier-ignore

  const value: fc.Arbitrary<Encodable> = fc.oneof(string, fc.integer({ min: -5, max: 100_000 }), fc.constantFrom(null, true, 87, 88, 343, 344, 65_535, 65_536, new Tagged(7, 0), new Tagged(7, 'x'), new Tagged(8, 0), new Tagged(8, 1), new Tagged(2, 'ERR'), new Float(1), ['a'])); // prettier-ignore

  it('writes the REPLY that the slow way writes', () => {
    fc.assert(
      fc.property(value, id, damage, (said, number, harm) => {
        const resp = encodeResp(said);
        checkReply(resp, number);
        checkReply(damaged(resp, harm), number);
      }),
      { numRuns: 600 },
    );
    for (const resp of ['+OK\r\n', '$-1\r\n', '$2\r\nhi\r\n', ':0\r\n', ':65535\r\n', '_\r\n'])
      expect(checkReply(Buffer.from(resp), 9)).toBe(true);
    for (const resp of ['+PONG\r\n', ':65536\r\n', ':-1\r\n', '*0\r\n', '$3\r\nhi', '$02\r\nhi\r\n'])
      expect(checkReply(Buffer.from(resp), 9)).toBe(false);
  });

  it('writes the reply that the slow way writes', () => {
    fc.assert(
      fc.property(value, damage, (said, harm) => {
        const bytes = encodeFrame({ kind: 'REPLY', id: 1, value: said });
        const frames = decodeFrames(bytes);
        expect(frames).toHaveLength(1);
        const from = bytes.length < 16 ? 2 : bytes.length - lengthOf(said);
        checkGivenReply(bytes.subarray(from));
        checkGivenReply(damaged(bytes.subarray(from), harm));
      }),
      { numRuns: 600 },
    );
  });
});

function lengthOf(value: Encodable): number {
  const bytes = encodeFrame({ kind: 'REPLY', id: 1, value });
  let pos = 1;
  while (bytes[pos]! > 127) pos++;
  return bytes.length - pos - 2;
}
