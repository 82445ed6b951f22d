import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameWriter, type FrameBody } from './all.ts';

describe('misuse that types do not stop', () => {
  it.each<[string, object]>([
    ['a verb that is a number', { kind: 'PUSH', verb: 5, args: [] }],
    ['a text that is a number', { kind: 'CLOSE', scope: 'link', received: 0, code: 0, after: 0, text: 5 }],
    ['bytes to echo that are a text', { kind: 'PING', echo: '123' }],
    ['bytes of an extension that are a text', { kind: 'EXTENSION', type: 1, bytes: '77' }],
    [
      'a window of one and a half bytes',
      { kind: 'HELLO', form: 'offer', versions: [1, 1], windowBytes: 1.5 },
    ],
    ['a version that is no whole number', { kind: 'HELLO', form: 'offer', versions: [1, 1.5] }],
    ['a limit beyond 2^53', { kind: 'HELLO', form: 'answer', version: 1, maxPayload: 2 ** 53 }],
  ])('as %s is a TypeError', (_name, body) => {
    expect(() => encodeFrame(body as FrameBody)).toThrow(TypeError);
  });

  it('names no field for a payload that is too long', () => {
    const body = { kind: 'REPLY', id: 1, value: new Uint8Array(100) } as const;
    expect(() => encodeFrame(body, { maxPayload: 5 })).toThrow(/ \(at REPLY\)$/);
  });
});

describe('a raw frame', () => {
  it.each<[string, unknown]>([
    ['longer than the limit', new Uint8Array(11)],
    ['that is a text', 'text'],
    ['that is missing', undefined],
  ])('with a payload %s is refused, and the writer stands where it stood', (_name, payload) => {
    const writer = new FrameWriter({ maxPayload: 10 });
    expect(() => writer.rawFrame(4, payload as Uint8Array)).toThrow(/payload|bytes must be a Uint8Array/);
    expect(writer.pos).toBe(0);
  });
});
