import { describe, expect, it } from 'vitest';
import { ClientSession } from './client.ts';
import { helloOf, settingsOf, type ServerOptions } from './options.ts';
import { Acceptor } from './acceptor.ts';

const bad: readonly (readonly [options: object, naming: string])[] = [
  [{ limits: { maxDepth: 1001 } }, 'maxDepth'],
  [{ window: { frames: 0 } }, 'window.frames'],
  [{ window: { frames: 1.5 } }, 'window.frames'],
  [{ window: { bytes: 0 } }, 'window.bytes'],
  [{ window: { bytes: Infinity } }, 'window.bytes'],
  [{ outbox: { frames: 0 } }, 'outbox.frames'],
  [{ outbox: { bytes: -1 } }, 'outbox.bytes'],
  [{ ackDelay: -1 }, 'ackDelay'],
  [{ ackDelay: 0.5 }, 'ackDelay'],
  [{ ackDelay: Infinity }, 'ackDelay'],
  [{ pingInterval: Number.NaN }, 'pingInterval'],
  [{ patience: -1 }, 'patience'],
  [{ handshakeTimeout: Number.NaN }, 'handshakeTimeout'],
  [{ frameTimeout: -1 }, 'frameTimeout'],
  [{ leastRate: 0 }, 'leastRate'],
  [{ drainTimeout: -1 }, 'drainTimeout'],
  [{ keepFor: Number.NaN }, 'keepFor'],
  [{ packFrom: -1 }, 'packFrom'],
  [{ dictionaries: [-1] }, 'dictionaries'],
  [{ dictionaries: [0.5] }, 'dictionaries'],
];

const inflate = (): Uint8Array => new Uint8Array(0);

describe('options', () => {
  it.each(bad)('out of range are refused by name: %j', (options, naming) => {
    expect(() => new ClientSession(options)).toThrow(RangeError);
    expect(() => new Acceptor(options as ServerOptions, () => new Uint8Array(16))).toThrow(naming);
  });

  it.each([
    [{ pingInterval: Infinity, patience: Infinity, handshakeTimeout: Infinity, frameTimeout: Infinity }],
    [{ drainTimeout: Infinity, keepFor: Infinity, packFrom: Infinity, leastRate: Infinity }],
    [{ ackDelay: 0, packFrom: 0, patience: 0 }],
    [{ limits: { maxPayload: 0 } }],
    [{ window: { frames: 1, bytes: 1 }, outbox: { frames: 1, bytes: 1 } }],
  ])('at the ends of their ranges are taken: %j', (options) => {
    expect(() => settingsOf(options)).not.toThrow();
  });

  it("that are the registry's defaults are not said in a HELLO", () => {
    expect(helloOf(settingsOf({}))).toEqual({});
    expect(helloOf(settingsOf({ limits: { maxPayload: 100 }, ackDelay: 1000 }))).toEqual({ maxPayload: 100 });
    expect(helloOf(settingsOf({ window: { bytes: 50 }, capabilities: [] }))).toEqual({ windowBytes: 50 });
  });

  it('list dictionaries only where PACKs can be inflated', () => {
    expect(helloOf(settingsOf({ dictionaries: [4] }))).toEqual({});
    expect(helloOf(settingsOf({ inflate }))).toEqual({ dictionaries: [0] });
    expect(helloOf(settingsOf({ inflate, dictionaries: [4, 0] }))).toEqual({ dictionaries: [4, 0] });
  });
});
