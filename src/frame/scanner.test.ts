import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cuts, frameBodies, nearStreams } from '../../fuzz/arbitraries.ts';
import type { Limits } from '../wire/limits.ts';
import { encodeFrame } from './all.ts';
import { FrameScanner } from './commands.ts';
import { FrameDecoder } from './index.ts';
import { SliceKind, SliceReader } from './slices.ts';

/** What is found of a stream, or is wrong with it, in order. */
type Findings = unknown[];

/** Bytes as characters: texts are compared in less time. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** Calls `next` until it answers false, or says the same again. */
function drained(next: () => boolean, found: () => unknown[], findings: Findings): void {
  let failure = '';
  for (;;)
    try {
      if (!next()) return;
      findings.push(...found());
      failure = '';
    } catch (error) {
      if (String(error) === failure) return;
      findings.push((failure = String(error)));
    }
}

/** Where a stream ends, and whether inside a frame. */
function ended(reader: FrameDecoder | FrameScanner, findings: Findings): void {
  findings.push(reader.position);
  try {
    reader.finish();
  } catch (error) {
    findings.push(String(error));
  }
}

/** Frame by frame, value by value. */
function stepped(chunks: readonly Uint8Array[], limits: Partial<Limits>, copy: boolean): Findings {
  const findings: Findings = [];
  const decoder = new FrameDecoder({ limits, copy });
  const reader = new SliceReader({ limits, lossless: true });
  const found = (): unknown[] => {
    const { kind, offset, bytes, start, end } = decoder;
    const payload = latin1(bytes.subarray(start, end));
    if (!reader.open(decoder)) return [[kind, offset, payload, 0, '', []]];
    const values: unknown[] = [];
    while (reader.next())
      values.push([reader.kind, latin1(reader.view()), reader.text(), reader.value, reader.start - start]);
    return [[kind, offset, payload, reader.id, reader.verb, values]];
  };
  for (const chunk of chunks) {
    try {
      decoder.feed(chunk);
    } catch (error) {
      findings.push(String(error));
      break;
    }
    drained(() => decoder.next(), found, findings);
  }
  ended(decoder, findings);
  return findings;
}

function valueOf(scanner: FrameScanner, frame: number, i: number): unknown {
  const { bytes, types, starts, ends } = scanner;
  const view = latin1(scanner.view(i));
  expect(view).toBe(latin1(bytes.subarray(starts[i], ends[i])));
  return [types[i], view, scanner.text(i), scanner.value(i), starts[i]! - scanner.payload(frame)];
}

function scanned(chunks: readonly Uint8Array[], limits: Partial<Limits>, copy: boolean): Findings {
  const findings: Findings = [];
  const scanner = new FrameScanner({ limits, copy, lossless: true });
  const found = (): unknown[] => {
    const { bytes, count, frames, firsts } = scanner;
    return Array.from({ length: count }, (_, i) => {
      const first = firsts[i]!;
      const values = Array.from({ length: firsts[i + 1]! - first }, (__, k) =>
        valueOf(scanner, i, first + k),
      );
      const payload = latin1(bytes.subarray(scanner.payload(i), frames[i + 1]));
      return [scanner.kind(i), scanner.offset(i), payload, scanner.id(i), scanner.verb(i), values];
    });
  };
  for (const chunk of chunks) {
    try {
      scanner.feed(chunk);
    } catch (error) {
      findings.push(String(error));
      break;
    }
    drained(() => scanner.next(), found, findings);
  }
  ended(scanner, findings);
  return findings;
}

/** Whether both find the same: in a tenth of the time that `toStrictEqual` takes for deep values. */
function areSame(chunks: readonly Uint8Array[], limits: Partial<Limits> = {}, copy = false): boolean {
  return isDeepStrictEqual(scanned(chunks, limits, copy), stepped(chunks, limits, copy));
}

const limits = fc.record(
  { maxElements: fc.nat(12), maxExpanded: fc.nat(200), maxDepth: fc.nat(4), maxPayload: fc.nat(300) },
  { requiredKeys: [] },
);

/** Frames in one piece: of so many, some lie together. */
const runs = fc.array(frameBodies, { minLength: 1, maxLength: 8 });

/** So many commands of so many arguments. */
function commands(args: number, count: number): Buffer {
  const list = Array.from({ length: args }, () => 7);
  const one = (_: unknown, i: number): Uint8Array =>
    encodeFrame({ kind: 'COMMAND', id: i + 1, verb: 'DEL', args: list });
  return Buffer.concat(Array.from({ length: count }, one));
}

/** A command that says a text twice. */
function twice(text: string): Uint8Array {
  return encodeFrame({ kind: 'COMMAND', id: 1, verb: 'DEL', args: [text, text] });
}

describe('FrameScanner', () => {
  it('finds in any stream, in any chunks and under any limits, what FrameDecoder and SliceReader do', () => {
    fc.assert(
      fc.property(nearStreams, cuts, limits, fc.boolean(), (stream, cut, limited, copy) => {
        expect(areSame(cut(stream), limited, copy)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('finds in runs of frames, and after what is wrong with one, what they do', () => {
    fc.assert(
      fc.property(runs, fc.nat(), fc.nat(255), (bodies, at, byte) => {
        const stream = Buffer.concat(bodies.map((body) => encodeFrame(body)));
        for (const damaged of [false, true]) {
          if (damaged) stream[at % stream.length] = byte;
          expect(areSame([stream])).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('finds what they do of every sort of frame that is cut anywhere, or that the stream ends inside', () => {
    const bytes = new Uint8Array(140).fill(0xab);
    const stream = Buffer.concat(
      [
        encodeFrame({ kind: 'REPLY', id: 1, value: 5 }),
        encodeFrame({ kind: 'COMMAND', id: 300, verb: 'SET', args: ['key', bytes.subarray(0, 30)] }),
        encodeFrame({ kind: 'PART', id: 20_000, value: [1.5, 'two', null] }),
        encodeFrame({ kind: 'PUSH', verb: 'own', args: ['\u4f60\u597d', 7] }),
        encodeFrame({ kind: 'PING', echo: bytes.subarray(0, 8) }),
        encodeFrame({ kind: 'REPLY', id: 2 ** 40, value: bytes }),
        encodeFrame({ kind: 'REPLY', id: 4, value: 'x'.repeat(300) }),
      ],
    ); // prettier-ignore
    for (let first = 0; first <= stream.length; first++) {
      const rest = stream.subarray(first);
      const chunks = [stream.subarray(0, first), rest];
      expect([first, areSame(chunks), areSame(chunks, { maxPayload: 200 })]).toStrictEqual([
        first,
        true,
        true,
      ]);
      const next = (first * 7) % (rest.length + 1);
      const head = stream.subarray(0, first);
      const thrice = [head, rest.subarray(0, next), rest.subarray(next)];
      expect([first, next, areSame(thrice), areSame([head])]).toStrictEqual([first, next, true, true]);
    }
  });

  it('finds in short texts of any bytes, in UTF-8 and UTF-16, what they do', () => {
    const bytes = fc.array(
      fc.oneof(
        { arbitrary: fc.constant(0x41), weight: 9 },
        fc.constantFrom(0x7f, 0x80, 0xc3, 0xa9, 0xd8, 0xe7),
      ),
      { maxLength: 14 },
    );
    const texts = fc.array(fc.tuple(fc.boolean(), bytes), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(texts, (parts) => {
        const heads = parts.map(([utf16, text]) => (utf16 ? [0xf7, text.length] : [0xa0 + text.length]));
        const payload = [1, 30, ...parts.flatMap(([, text], i) => [...heads[i]!, ...text])];
        const head = payload.length < 15 ? [0x10 | payload.length] : [0x1f, payload.length - 15];
        expect(areSame([Uint8Array.from([...head, ...payload])])).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('finds at most 32 frames, and 512 values, at once', () => {
    const scanner = new FrameScanner();
    const counts = (): number[] => {
      const found: number[] = [];
      while (scanner.next()) found.push(scanner.count);
      return found;
    };
    scanner.feed(commands(1, 120));
    expect(counts()).toStrictEqual([32, 32, 32, 24]);
    scanner.feed(commands(200, 5));
    expect(counts()).toStrictEqual([2, 2, 1]);
  });

  it('finds a frame of another kind alone, without values', () => {
    const scanner = new FrameScanner();
    const read = encodeFrame({ kind: 'COMMAND', id: 300, verb: 'READ', args: ['x'] });
    scanner.feed(Buffer.concat([read, encodeFrame({ kind: 'ACK', received: 3 }), read, read, read]));
    const found: unknown[] = [];
    while (scanner.next()) {
      const { count, firsts } = scanner;
      found.push([count, scanner.kind(0), scanner.id(0), scanner.verb(0), firsts[count]]);
    }
    expect(found.slice(0, 3)).toStrictEqual([
      [1, 1, 300, 'READ', 1],
      [1, 10, 0, '', 0],
      [3, 1, 300, 'READ', 3],
    ]);
  });

  it('gives lists that grew large back, and refuses a view of what is not there', () => {
    const scanner = new FrameScanner();
    const lengthFor = (args: number): number => {
      const list = Array.from({ length: args }, (_, i) => i % 88);
      scanner.feed(encodeFrame({ kind: 'COMMAND', id: 1, verb: 'DEL', args: list }));
      expect(scanner.next()).toBe(true);
      expect(Array.from(list, (_, i) => scanner.value(i))).toStrictEqual(list);
      const { length } = scanner.starts;
      expect(() => scanner.view(args)).toThrow(RangeError);
      expect(scanner.next()).toBe(false);
      return length;
    };
    expect(lengthFor(5000)).toBeGreaterThanOrEqual(5000);
    expect(lengthFor(2)).toBe(512);
  });

  it('reads the texts of bytes that were written anew', () => {
    const scanner = new FrameScanner();
    const bytes = new Uint8Array(twice('session:1').length);
    for (const key of ['session:1', 'Sitzung:2']) {
      bytes.set(twice(key));
      scanner.feed(bytes);
      expect(scanner.next()).toBe(true);
      expect([scanner.text(0), scanner.text(1)]).toStrictEqual([key, key]);
      expect(scanner.next()).toBe(false);
    }
  });

  it('takes other limits from the next head on', () => {
    const scanner = new FrameScanner({ limits: { maxElements: 3, maxPayload: 64 } });
    const many = encodeFrame({ kind: 'COMMAND', id: 1, verb: 'DEL', args: [1, 2, 3, 4] });
    scanner.feed(many);
    expect(() => scanner.next()).toThrow('LIMIT_ELEMENTS');
    scanner.setLimits({ maxElements: 4 });
    scanner.feed(many);
    expect(scanner.next()).toBe(true);
    expect(scanner.firsts[1]).toBe(4);
    expect(scanner.position).toBe(2 * many.length);
    scanner.finish();
    scanner.feed(many.subarray(0, 3));
    expect(scanner.next()).toBe(false);
    expect(() => scanner.finish()).toThrow('TRUNCATED');
  });
});

it('tells byte strings from texts by their kind', () => {
  const scanner = new FrameScanner();
  scanner.feed(encodeFrame({ kind: 'REPLY', id: 1, value: Uint8Array.of(1, 2) }));
  scanner.next();
  expect([scanner.types[0], scanner.text(0), scanner.value(0)]).toStrictEqual([
    SliceKind.BYTES,
    undefined,
    undefined,
  ]);
});
