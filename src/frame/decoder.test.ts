import { afterEach, describe, expect, it, vi } from 'vitest';
import { concat } from '../../fuzz/arbitraries.ts';
import { ProtocolError } from '../wire/index.ts';
import { encodeFrame, FrameWriter } from './all.ts';
import { FrameDecoder, FrameKind, skim, type Frame } from './index.ts';
import { readFrames } from './stream.ts';
import { streamFrames } from './stream.ts';

const payloadOf = (length: number, byte: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => byte + 7 * i + (i >> 8));

/** An EXTENSION frame of this many bytes of payload, no two pieces of which are alike. */
function frameOf(length: number, byte = 7): Uint8Array {
  const writer = new FrameWriter();
  writer.rawFrame(FrameKind.EXTENSION, payloadOf(length, byte));
  return writer.take();
}

function* chunksOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

function faultOf(run: () => unknown): ProtocolError {
  try {
    run();
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error('no fault');
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('frames that lie in one chunk', () => {
  it.each([
    ['a Uint8Array', (bytes: Uint8Array) => bytes],
    ['a Buffer', (bytes: Uint8Array) => Buffer.from(bytes)],
    ['a view into a larger buffer', (bytes: Uint8Array) => concat([Uint8Array.of(1, 2, 3), bytes, Uint8Array.of(4)]).subarray(3, -1)],
  ])('are plain views of %s', (_name, made) => {
    const chunk = made(concat([frameOf(0), frameOf(5), frameOf(300)]));
    const frames = [...new FrameDecoder().frames(chunk)];
    expect(frames.map(({ payload }) => payload.length)).toStrictEqual([0, 5, 300]);
    expect(frames.map(({ offset, start }) => [offset, start])).toStrictEqual([[0, 1], [1, 2], [7, 10]]);
    for (const { payload, start } of frames) {
      expect(payload.constructor).toBe(Uint8Array);
      expect(payload.buffer).toBe(chunk.buffer);
      expect(payload.byteOffset).toBe(chunk.byteOffset + start);
    }
  }); // prettier-ignore

  it('are copies with the option copy', () => {
    const chunk = frameOf(300);
    const [frame] = new FrameDecoder({ copy: true }).frames(chunk);
    chunk.fill(0);
    expect(frame!.payload).toStrictEqual(payloadOf(300, 7));
  });

  it('may be as long as the limit, and no byte longer', () => {
    for (const maxPayload of [0, 14, 15, 16, 142, 143, 65_536, 70_000]) {
      const limits = { maxPayload };
      expect([...readFrames(frameOf(maxPayload), { limits })]).toHaveLength(1);
      const longer = frameOf(maxPayload + 1);
      const expected = { code: 'LIMIT_PAYLOAD', rule: 'LIMIT-1', offset: 1 };
      expect(faultOf(() => [...readFrames(concat([frameOf(0), longer]), { limits })])).toMatchObject(
        expected,
      );
      expect(faultOf(() => skim(concat([frameOf(0), longer]), () => undefined, limits))).toMatchObject(
        expected,
      );
    }
  });
});

/** Bytes that `run` copies by `set` and `slice`. */
function copied(run: () => void): number {
  let sum = 0;
  const { prototype } = Uint8Array;
  const real = { set: Reflect.get(prototype, 'set'), slice: Reflect.get(prototype, 'slice') };
  Object.assign(prototype, {
    set(this: Uint8Array, from: Uint8Array, at: number) {
      sum += from.length;
      real.set.call(this, from, at);
    },
    slice(this: Uint8Array, start: number, end: number) {
      const part = real.slice.call(this, start, end);
      sum += part.length;
      return part;
    },
  });
  try {
    run();
  } finally {
    // They are inherited: what stands on this prototype is the counting alone.
    Reflect.deleteProperty(prototype, 'set');
    Reflect.deleteProperty(prototype, 'slice');
  }
  return sum;
}

/** Payloads as texts of one character a byte, which are compared quickly. */
const textsOf = (frames: readonly Frame[]): string[] =>
  frames.map(({ payload }) => Buffer.from(payload).toString('latin1'));

/** Bytes that `run` asks of `new Uint8Array(length)` and `new ArrayBuffer(length)`, the largest at once. */
function largest(run: () => void): number {
  let most = 0;
  for (const name of ['Uint8Array', 'ArrayBuffer'] as const) {
    vi.stubGlobal(
      name,
      new Proxy(globalThis[name], {
        construct: (target, args: unknown[], newTarget) => {
          if (typeof args[0] === 'number') most = Math.max(most, args[0]);
          return Reflect.construct(target, args, newTarget as new () => object) as object;
        },
      }),
    );
  }
  run();
  vi.unstubAllGlobals();
  return most;
}

describe('frames that straddle chunks', () => {
  const HEAD = 6;

  it.each([1, 2, 3, 7, 1460, 65_536])('are copied once in chunks of %d bytes', (size) => {
    for (const length of [1, 20, 5000, 65_536, 65_537, 200_000]) {
      if (length / size > 30_000) continue; // slow, and nothing new
      const bytes = concat([frameOf(length), frameOf(length, 8)]);
      const frames: Frame[] = [];
      const decoder = new FrameDecoder();
      const sum = copied(() => {
        for (const chunk of chunksOf(bytes, size)) frames.push(...decoder.frames(chunk));
        decoder.finish();
      });
      expect(textsOf(frames)).toStrictEqual(textsOf([...readFrames(bytes)]));
      expect(sum).toBeLessThanOrEqual(2 * (length + HEAD));
    }
  });

  it('are not copied at all when the chunks end between them', () => {
    const decoder = new FrameDecoder();
    const chunks = [3, 3000].map((length) => frameOf(length));
    const sum = copied(() => {
      for (const chunk of chunks) for (const _ of decoder.frames(chunk)) continue;
    });
    expect(sum).toBe(0);
  });

  it.each([
    ['none of its bytes', 0],
    ['a few of its bytes', 1000],
  ])('allocate nothing for a head that announces 16 MiB and brings %s', (_name, length) => {
    const head = frameOf(16_777_216).subarray(0, HEAD + length);
    const decoder = new FrameDecoder();
    expect(largest(() => expect([...decoder.frames(head)]).toStrictEqual([]))).toBeLessThanOrEqual(65_536);
    expect(decoder.pending).toBe(head.length);
  });

  it('allocate nothing for a head that is over the limit', () => {
    const decoder = new FrameDecoder({ limits: { maxPayload: 1000 } });
    const head = frameOf(1001).subarray(0, 6);
    const read = () => [...decoder.frames(head)];
    expect(largest(() => expect(read).toThrow('LIMIT_PAYLOAD'))).toBe(0);
  });

  it('may come through one buffer with the option copy', () => {
    const bytes = concat([frameOf(10), frameOf(100_000, 8), frameOf(20, 9), frameOf(0)]);
    // the slice of a Buffer is no copy
    for (const buffer of [5, 999, 40_000].flatMap((size) => [new Uint8Array(size), Buffer.alloc(size)])) {
      const size = buffer.length;
      const decoder = new FrameDecoder({ copy: true });
      const frames: Frame[] = [];
      for (const chunk of chunksOf(bytes, size)) {
        buffer.set(chunk);
        frames.push(...decoder.frames(buffer.subarray(0, chunk.length)));
        buffer.fill(0xee);
      }
      expect(textsOf(frames)).toStrictEqual(textsOf([...readFrames(bytes)]));
    }
  });
});

describe('a decoder', () => {
  const ILLEGAL = concat([frameOf(3), Uint8Array.of(0)]);

  it.each([
    ['of kind 0', [0x00], 'FRAME_ILLEGAL', 0],
    ['of kind 0, with a length', [0x0f, 0x80], 'FRAME_ILLEGAL', 0],
    ['whose length is spelled too long', [0xff, 0x80, 0x00], 'VARINT_OVERLONG', 1],
    ['whose length is out of range', [0xff, 0xff, 0xff, 0xff, 0xff, 0x10], 'VARINT_RANGE', 1],
    ['whose length is over the limit', [0xff, 0xff, 0xff, 0xff, 0x7f], 'LIMIT_PAYLOAD', 0],
  ])('that met a frame %s stays failed with the same fault', (_name, head, code, at) => {
    const bytes = concat([frameOf(3), Uint8Array.from(head)]);
    for (const size of [1, 2, 100]) {
      const decoder = new FrameDecoder();
      const first = faultOf(() => {
        for (const chunk of chunksOf(bytes, size)) for (const _ of decoder.frames(chunk)) continue;
        decoder.finish();
      });
      expect(first).toMatchObject({ code, offset: 4 + at });
      for (const again of [() => decoder.next(), () => decoder.feed(frameOf(1)), () => decoder.finish()])
        expect(faultOf(again)).toBe(first);
    }
  });

  it.each([1, 2, 3, 500])('that ended %d bytes into a frame stays so', (length) => {
    const decoder = new FrameDecoder();
    const part = frameOf(1000).subarray(0, length);
    expect([...decoder.frames(concat([frameOf(2), part]))]).toHaveLength(1);
    expect(decoder.pending).toBe(length);
    const first = faultOf(() => decoder.finish());
    expect(first).toMatchObject({ code: 'TRUNCATED', rule: 'WIRE-9', offset: 3 + length });
    expect(faultOf(() => decoder.feed(part))).toBe(first);
  });

  it('that ended between two frames is fine', () => {
    const decoder = new FrameDecoder();
    expect([...decoder.frames(frameOf(2))]).toHaveLength(1);
    expect(decoder.pending).toBe(0);
    expect(decoder.finish()).toBeUndefined();
  });

  it('yields the frames before a fault', () => {
    const frames: Frame[] = [];
    expect(() => {
      for (const frame of readFrames(ILLEGAL)) frames.push(frame);
    }).toThrow('FRAME_ILLEGAL at byte 4');
    expect(frames).toHaveLength(1);
  });

  it('takes the next chunk only when this one is read to its end', () => {
    const decoder = new FrameDecoder();
    decoder.feed(concat([frameOf(1), frameOf(2)]));
    expect(decoder.next()).toBe(true);
    expect(() => decoder.feed(frameOf(3))).toThrow(
      new TypeError('read all frames of a chunk before feeding the next'),
    );
    expect([decoder.next(), decoder.next()]).toStrictEqual([true, false]);
    decoder.feed(frameOf(3));
    expect([decoder.next(), decoder.kind, decoder.end - decoder.start, decoder.offset]).toStrictEqual([
      true,
      15,
      3,
      5,
    ]);
  });

  it('has other limits from the next head on', () => {
    const decoder = new FrameDecoder({ limits: { maxPayload: 10 } });
    expect([...decoder.frames(frameOf(10))]).toHaveLength(1);
    decoder.setLimits({ maxPayload: 20 });
    expect([...decoder.frames(frameOf(20))]).toHaveLength(1);
    expect(() => [...decoder.frames(frameOf(21))]).toThrow('LIMIT_PAYLOAD at byte 33');
    expect(() => decoder.setLimits({ maxPayload: -1 })).toThrow(RangeError);
  });

  it('takes empty chunks', () => {
    const decoder = new FrameDecoder();
    const frames: Frame[] = [];
    const nothing = new Uint8Array(0);
    for (const chunk of chunksOf(frameOf(20), 1))
      for (const part of [nothing, chunk, nothing]) frames.push(...decoder.frames(part));
    expect(frames).toHaveLength(1);
    decoder.finish();
  });

  it.each([1, 2, 3, 5, 100, 1460])(
    'says the same of every frame and position in chunks of %d bytes',
    (size) => {
      // heads of one, two, three and four bytes; payloads that fit a chunk, and that straddle many
      const sizes = [0, 1, 14, 15, 142, 143, 300, 16_398, 16_399, 3, 0, 20_000, 2];
      const bytes = concat(sizes.map((length, i) => frameOf(length, i)));
      const told = (step: number): unknown[] => {
        const decoder = new FrameDecoder();
        const found: unknown[] = [];
        let fed = 0;
        for (const chunk of chunksOf(bytes, step)) {
          decoder.feed(chunk);
          fed += chunk.length;
          while (decoder.next()) {
            const { kind, start, end, offset, origin } = decoder;
            const { payload } = decoder.frame();
            found.push([kind, offset, origin + start, origin + end, decoder.position, payload]);
            // the rest waits: what is read ends where this frame does
            if (decoder.position !== origin + end) throw new Error('a position that is no end of a frame');
          }
          if (decoder.position !== fed) throw new Error('a chunk that was not read to its end');
        }
        decoder.finish();
        return found;
      };
      expect(told(size)).toStrictEqual(told(bytes.length));
    },
  );

  it('stays failed in the middle of a frame that it was given a byte at a time', () => {
    const decoder = new FrameDecoder();
    for (const byte of frameOf(20).subarray(0, 10))
      expect([...decoder.frames(Uint8Array.of(byte))]).toEqual([]);
    const first = faultOf(() => decoder.finish());
    expect(faultOf(() => decoder.feed(Uint8Array.of(1)))).toBe(first);
    expect(faultOf(() => decoder.next())).toBe(first);
  });

  it('counts offsets over the whole stream', () => {
    const decoder = new FrameDecoder();
    const frame = encodeFrame({ kind: 'ACK', received: 300 });
    for (let i = 0; i < 5; i++) {
      const [found] = decoder.frames(frame);
      expect(found).toMatchObject({ kind: FrameKind.ACK, offset: 3 * i, start: 3 * i + 1 });
    }
    expect(decoder.position).toBe(15);
  });
});

async function lengths(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<number[]> {
  const found: number[] = [];
  for await (const { payload } of streamFrames(source)) found.push(payload.length);
  return found;
}

describe('streamFrames', () => {
  const bytes = concat([frameOf(3), frameOf(40_000, 8), frameOf(0)]);

  async function* later(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunksOf(bytes, 999)) {
      await Promise.resolve();
      yield chunk;
    }
  }

  it('reads an array, an async iterable and a web stream', async () => {
    const web = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const chunk of chunksOf(bytes, 1000)) controller.enqueue(chunk);
        controller.close();
      },
    });
    for (const source of [[...chunksOf(bytes, 7)], later(), web])
      expect(await lengths(source)).toStrictEqual([3, 40_000, 0]);
  });

  it('ends with a fault where a stream ends inside a frame', async () => {
    await expect(lengths([bytes.subarray(0, 100)])).rejects.toThrow(
      'TRUNCATED at byte 100: inside a frame [WIRE-9]',
    );
  });

  it('passes on what its source throws, and tells the source when the reader stops', async () => {
    const broken = (function* () {
      yield frameOf(1);
      throw new Error('connection reset');
    })();
    await expect(lengths(broken)).rejects.toThrow('connection reset');
    let closed = false;
    const endless = (function* () {
      try {
        for (;;) yield frameOf(1);
      } finally {
        closed = true;
      }
    })();
    for await (const _ of streamFrames(endless)) break;
    expect(closed).toBe(true);
  });

  it("throws the signal's reason once it is aborted, even between two frames of a chunk", async () => {
    const controller = new AbortController();
    const found: number[] = [];
    const reading = (async () => {
      for await (const { payload } of streamFrames([bytes], { signal: controller.signal })) {
        found.push(payload.length);
        controller.abort(new Error('gave up'));
      }
    })();
    await expect(reading).rejects.toThrow('gave up');
    expect(found).toStrictEqual([3]);
  });

  it('throws before the first frame when it was aborted before', async () => {
    const next = streamFrames([bytes], { signal: AbortSignal.abort(new Error('too late')) }).next();
    await expect(next).rejects.toThrow('too late');
  });

  it('ends while it waits for a chunk that never comes', async () => {
    const controller = new AbortController();
    const stuck = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
    };
    const next = streamFrames(stuck, { signal: controller.signal }).next();
    controller.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
  });

  it('tells its source when it ends early', async () => {
    let told = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield encodeFrame({ kind: 'PING', echo: new Uint8Array() });
      } finally {
        told = true;
      }
    }
    for await (const frame of streamFrames(source())) if (frame.offset > 3) break;
    expect(told).toBe(true);
  });
});
