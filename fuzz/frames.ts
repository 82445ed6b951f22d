/**
 * Proves that frames are read as they were written, that it makes no difference how a stream is cut into chunks, and that no
 * bytes do worse to the reader than a fault that the registry knows.
 */
import * as fc from 'fast-check';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { parseCanonical } from '../src/canonical/index.ts';
import { decodeFrames, encodeFrame, FrameWriter, parseFrame, type FrameBody } from '../src/frame/all.ts';
import { FrameDecoder, isCounted, skim, type Frame } from '../src/frame/index.ts';
import { readFrames } from '../src/frame/stream.ts';
import { unpack } from '../src/frame/pack.ts';
import { ProtocolError } from '../src/wire/index.ts';
import { concat, cuts, frameBodies, nearStreams, streams } from './arbitraries.ts';
import { attempt } from './faults.ts';
import { frameModelOf, hex } from './model.ts';
import { promise, same, type Promised } from './property.ts';

const roundTrip = promise('a frame comes back equal', frameBodies, (body) => {
  for (const form of ['canonical', 'plain'] as const) {
    const [found, ...more] = decodeFrames(encodeFrame(body, { form }), { lossless: true });
    same(form, frameModelOf(found!), frameModelOf(body));
    same('frames after it', String(more.length), '0');
  }
});

const appended = promise(
  'a writer appends frames whole, and after an error stands where it stood',
  fc.array(frameBodies, { maxLength: 5 }),
  (bodies) => {
    const writer = new FrameWriter();
    for (const body of bodies) {
      writer.frame(body);
      const before = hex(writer.peek());
      const broken = { kind: 'PUSH', verb: 'X', args: ['written first', { x: Symbol.iterator }] };
      try {
        writer.frame(broken as unknown as FrameBody);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      same('after an error', hex(writer.peek()), before);
    }
    same('whole', hex(writer.take()), hex(concat(bodies.map((body) => encodeFrame(body)))));
  },
);

/** What a decoder says of a stream: its frames, then how it ended. */
function told(
  chunks: readonly Uint8Array[],
  feed: (decoder: FrameDecoder, chunk: Uint8Array) => Frame[],
  copy: boolean,
) {
  const decoder = new FrameDecoder({ copy });
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const lines: string[] = [];
  const ended = attempt(length, () => {
    for (const chunk of chunks) {
      for (const { kind, payload, offset, start } of feed(decoder, chunk))
        lines.push(`${kind} ${offset} ${start} ${hex(payload)}`);
    }
    decoder.finish();
  });
  return [...lines, 'fault' in ended ? ended.fault.message : `whole at ${decoder.position}`].join('\n');
}

/** Frames up to the fault that ends them, which comes again with `finish`. */
function framesOf(decoder: FrameDecoder, chunk: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  try {
    for (const frame of decoder.frames(chunk)) frames.push(frame);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  return frames;
}

/** Every chunk is read into the same buffer, as `fs.read` does. */
function reusing(): typeof framesOf {
  const buffer = new Uint8Array(65_536);
  return (decoder, chunk) => {
    buffer.set(chunk);
    const frames = framesOf(decoder, buffer.subarray(0, chunk.length));
    buffer.fill(0xee);
    return frames;
  };
}

const chunked = promise(
  'a stream has the same frames and the same fault wherever it is cut',
  fc.tuple(nearStreams, cuts),
  ([bytes, cut]) => {
    const whole = told([bytes], framesOf, false);
    same('against the rules', whole, byTheRules(bytes));
    same('in chunks', told(cut(bytes), framesOf, false), whole);
    same('in copied chunks', told(cut(bytes), framesOf, true), whole);
    same('through one buffer', told(cut(bytes), reusing(), true), whole);
  },
);

/** [FRAME-1] to [FRAME-3], [WIRE-3], [WIRE-5] and [LIMIT-1] once more, as simply as they can be written. */
function byTheRules(bytes: Uint8Array): string {
  const lines: string[] = [];
  let pos = 0;
  while (pos < bytes.length) {
    const kind = bytes[pos]! >> 4;
    const fault = (code: string, at: number, said: string) =>
      [...lines, `${code} at byte ${at}${said}`].join('\n');
    const cut = fault('TRUNCATED', bytes.length, ': inside a frame [WIRE-9]');
    if (kind === 0) return fault('FRAME_ILLEGAL', pos, ' [FRAME-3]');
    let length = bytes[pos]! & 15;
    let start = pos + 1;
    if (length === 15) {
      const end = bytes.findIndex((byte, i) => i >= start && (byte < 0x80 || i === start + 4));
      if (end < 0) return cut;
      const groups = [...bytes.subarray(start, end + 1)];
      const value = groups.reduceRight((sum, byte) => sum * 128 + (byte & 0x7f), 0);
      if (groups.length === 5 && groups[4]! > 15) return fault('VARINT_RANGE', start, ' [WIRE-5]');
      if (groups.length > 1 && groups.at(-1) === 0) return fault('VARINT_OVERLONG', start, ' [WIRE-3]');
      length += value;
      start = end + 1;
    }
    if (length > 16_777_216) return fault('LIMIT_PAYLOAD', pos, ': more than 16777216 [LIMIT-1]');
    if (start + length > bytes.length) return cut;
    lines.push(`${kind} ${pos} ${start} ${hex(bytes.subarray(start, start + length))}`);
    pos = start + length;
  }
  return [...lines, `whole at ${pos}`].join('\n');
}

const skimmed = promise('skim sees the frames that the decoder sees', nearStreams, (bytes) => {
  const seen: string[] = [];
  const skimming = attempt(bytes.length, () =>
    skim(bytes, (kind, start, end, offset) => void seen.push(`${kind} ${offset} ${start} ${end}`)),
  );
  const decoder = new FrameDecoder();
  const frames: string[] = [];
  const decoding = attempt(bytes.length, () => {
    for (const { kind, offset, start, payload } of decoder.frames(bytes))
      frames.push(`${kind} ${offset} ${start} ${start + payload.length}`);
    return bytes.length - decoder.pending;
  });
  same('frames', seen.join('\n'), frames.join('\n'));
  same(
    'end',
    'fault' in skimming ? skimming.fault.message : String(skimming.value),
    'fault' in decoding ? decoding.fault.message : String(decoding.value),
  );
});

const cutShort = promise('a stream that is cut short ends after its last whole frame', streams, (bytes) => {
  const ends = new Set([0]);
  skim(bytes, (_kind, _start, end) => void ends.add(end));
  const step = Math.ceil(bytes.length / 64);
  for (let end = 0; end < bytes.length; end += step) {
    const ended = attempt(end, () => [...readFrames(bytes.subarray(0, end))]);
    const found = 'fault' in ended ? `${ended.fault.code} ${ended.fault.offset}` : 'whole';
    same(`the first ${end} bytes`, found, ends.has(end) ? 'whole' : `TRUNCATED ${end}`);
  }
});

const anyPayload = promise(
  'any payload ends in a frame or a registered fault within it',
  nearStreams,
  (bytes) => {
    for (const frame of wholeFrames(bytes)) {
      const ended = attempt(bytes.length, () => parseFrame(frame, { lossless: true }));
      const loose = attempt(bytes.length, () => parseFrame(frame));
      if (!('fault' in ended)) continue;
      const { fault } = ended;
      same('default', 'fault' in loose ? loose.fault.message : 'a frame', fault.message);
      if (fault.offset < frame.offset || fault.offset > frame.start + frame.payload.length)
        throw new Error(
          `${fault.message}: the frame is from ${frame.offset} to ${frame.start + frame.payload.length}`,
        );
      if (fault.code === 'TRUNCATED') throw new Error('more bytes do not complete a payload');
    }
  },
);

const canonical = promise(
  'a frame that the canonical reader takes is the one that the writer writes',
  nearStreams,
  (bytes) => {
    for (const frame of wholeFrames(bytes)) {
      const read = attempt(bytes.length, () => parseFrame(frame, { lossless: true }));
      const judged = attempt(bytes.length, () => parseCanonical(frame, { lossless: true }));
      if ('fault' in read) {
        if (!('fault' in judged)) throw new Error(`taken in spite of ${read.fault.message}`);
        continue;
      }
      // The keys of a HELLO may stand in any order, and those that are unknown are not written again.
      if (read.value.kind === 'HELLO') continue;
      const written = encodeFrame(read.value, { maxDepth: 1000 });
      const whole = hex(bytes.subarray(frame.offset, frame.start + frame.payload.length));
      same(read.value.kind, String('value' in judged), String(whole === hex(written)));
    }
  },
);

/** The frames before the first fault of framing. */
function wholeFrames(bytes: Uint8Array): Frame[] {
  return framesOf(new FrameDecoder(), bytes);
}

const packed = promise(
  'what a PACK holds comes out as it went in',
  fc.array(frameBodies, { maxLength: 6 }),
  (bodies) => {
    const inside = bodies.filter(
      ({ kind }) => kind === 'ACK' || ['COMMAND', 'REPLY', 'PART', 'PUSH', 'CANCEL'].includes(kind),
    );
    const inflated = concat(inside.map((body) => encodeFrame(body)));
    const pack = {
      kind: 'PACK',
      dictionary: 0,
      length: inflated.length,
      deflated: deflateRawSync(inflated),
    } as const;
    const [read] = decodeFrames(encodeFrame(pack));
    if (read?.kind !== 'PACK') throw new Error('no PACK');
    const frames = unpack(read, (deflated, _dictionary, length) =>
      inflateRawSync(deflated, { maxOutputLength: length || 1 }),
    );
    same(
      'frames',
      frames.map(describeFrame).join('\n'),
      [...readFrames(inflated)].map(describeFrame).join('\n'),
    );
    if (!frames.every(({ kind }) => kind === 10 || isCounted(kind)))
      throw new Error('a kind that is not allowed');
  },
);

function describeFrame(frame: Frame): string {
  return `${frame.offset} ${frameModelOf(parseFrame(frame, { lossless: true }))}`;
}

export const FRAME_PROMISES: readonly Promised[] = [
  roundTrip,
  appended,
  chunked,
  skimmed,
  cutShort,
  anyPayload,
  canonical,
  packed,
];
