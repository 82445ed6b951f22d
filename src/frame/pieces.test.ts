import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodables } from '../../fuzz/arbitraries.ts';
import { encode, Message, Opaque, type Encodable } from '../value/index.ts';
import { encodePieces } from '../value/pieces.ts';
import { encodeFrame, type FrameBody } from './index.ts';
import { framePieces } from './pieces.ts';

const joined = (pieces: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(pieces));

describe('the pieces of a value', () => {
  it('joined are what encode answers, none of them empty', () => {
    fc.assert(
      fc.property(encodables, fc.integer({ min: 1, max: 40 }), (value, threshold) => {
        for (const form of ['canonical', 'plain'] as const) {
          const pieces = encodePieces(value, { threshold, form });
          expect(joined(pieces)).toStrictEqual(encode(value, { form }));
          expect(pieces.every(({ length }) => length > 0)).toBe(true);
        }
      }),
    );
  });

  it('hold large byte strings as they are, and copies of small ones', () => {
    const large = new Uint8Array(10_000).fill(7);
    const small = new Uint8Array(4095);
    const value: Encodable = [large, { a: small, b: new Message(300, large) }, new Opaque(0xfd, large)];
    const pieces = encodePieces(value);
    expect(pieces.filter((piece) => piece === large)).toHaveLength(3);
    expect(pieces).toHaveLength(6);
    expect(pieces.some(({ buffer }) => buffer === small.buffer)).toBe(false);
    expect(joined(pieces)).toStrictEqual(encode(value));
  });

  it.each([0, -1, 1.5, Number.NaN])('have no threshold of %d', (threshold) => {
    expect(() => encodePieces(1, { threshold })).toThrow(RangeError);
  });
});

describe('the pieces of a frame', () => {
  const body = new Uint8Array(70_000).fill(1);

  it('joined are what encodeFrame answers', () => {
    fc.assert(
      fc.property(encodables, fc.nat(), fc.integer({ min: 1, max: 40 }), (value, id, threshold) => {
        const frame: FrameBody = { kind: 'REPLY', id: id + 1, value };
        expect(joined(framePieces(frame, { threshold }))).toStrictEqual(encodeFrame(frame));
      }),
    );
  });

  it.each<FrameBody>([
    { kind: 'COMMAND', id: 1, verb: 'upload', args: [body, 'after', body] },
    { kind: 'PUSH', verb: 'a verb of its own', args: [body] },
    { kind: 'ACK', received: 3 },
    { kind: 'PING', echo: Uint8Array.of(1, 2) },
  ] as FrameBody[])('are those of every kind: $kind', (frame) => {
    expect(joined(framePieces(frame))).toStrictEqual(encodeFrame(frame));
    expect(joined(framePieces(frame, { threshold: 1 }))).toStrictEqual(encodeFrame(frame));
  });

  it('hold a large body as it is', () => {
    const pieces = framePieces({ kind: 'COMMAND', id: 1, verb: 'upload', args: [body] });
    expect(pieces).toHaveLength(3);
    expect(pieces[2]).toBe(body);
  });

  it('are refused beyond the limit, as by the writer', () => {
    const frame = { kind: 'REPLY', id: 1, value: body } as FrameBody;
    for (const write of [encodeFrame, framePieces])
      expect(() => write(frame, { maxPayload: 70_000 })).toThrow(
        /a payload's length must be a whole number from 0 to 70000, not 70005/,
      );
    expect(() => framePieces({ kind: 'REPLY', id: 1, value: [() => 1] } as never)).toThrow(
      '(at REPLY.value[0])',
    );
  });
});
