import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, parseFrame } from '../frame/all.ts';
import { readFrames } from '../frame/stream.ts';
import { splitPack, type Pack } from '../frame/pack.ts';
import { encode, Entries } from '../value/index.ts';
import { ProtocolError } from '../wire/index.ts';
import { FrameInspector, inspectFrames, inspectValue, type Row } from './index.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const sample = hex(readFileSync(new URL('../../spec/samples/conversation.hex', import.meta.url), 'utf8'));
const inflate = (deflated: Uint8Array, _dictionary: unknown, length: number): Uint8Array =>
  Uint8Array.from(inflateRawSync(deflated, { maxOutputLength: length + 1 }));
const frames = (bytes: Uint8Array): Row[] => [...inspectFrames(bytes, { inflate })];
const faultsOf = (rows: readonly Row[]): string[] =>
  rows.flatMap(({ fault }) => (fault === undefined ? [] : [`${fault.code} ${fault.offset} ${fault.rule}`]));
/** The sample with a few bytes changed, cut or put in: most of it is still what it was. */
const damaged = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { maxLength: 4 }),
    fc.nat(sample.length),
    fc.uint8Array({ maxLength: 6 }),
    fc.boolean(),
  )
  .map(([changes, at, more, cut]) => {
    const bytes = sample.slice();
    for (const [i, byte] of changes) bytes[i] = byte;
    return Uint8Array.from([...bytes.subarray(0, at), ...more, ...(cut ? [] : bytes.subarray(at))]);
  });
const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 64 }), damaged);

/** Rows of the input follow each other without a gap, and so do the rows of each PACK's inflated bytes. */
function holes(rows: readonly Row[], length: number): string[] {
  const found: string[] = [];
  let end = 0;
  let inner = 0;
  for (const row of rows) {
    if (row.kind === 'fault') continue;
    if (!row.inflated) inner = 0;
    const shown = row.kind === 'hidden' ? row.length : row.bytes.length;
    const right = row.offset === (row.inflated ? inner : end) && row.length > 0 && shown === row.length;
    if (!right) found.push(`${row.label} at ${row.offset}`);
    if (row.inflated) inner += row.length;
    else end += row.length;
  }
  return end === length ? found : [...found, `end at ${end}`];
}

describe('rows', () => {
  it('show every byte of any input exactly once', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(holes(frames(bytes), bytes.length)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('show every byte of any value exactly once', () => {
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.jsonValue().map((json) => encode(json as never)),
    );
    fc.assert(
      fc.property(value, (bytes) => {
        expect(holes(inspectValue(bytes), bytes.length)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('are the same for every way to cut the input into pieces', () => {
    fc.assert(
      fc.property(damaged, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (bytes, sizes) => {
        const inspector = new FrameInspector({ inflate });
        const rows: Row[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length]!;
          rows.push(...inspector.feed(bytes.slice(at, at + size)));
          at += size;
        }
        rows.push(...inspector.finish());
        const whole = frames(bytes);
        expect(rows.map(({ offset, length, label }) => [offset, length, label])).toEqual(
          whole.map(({ offset, length, label }) => [offset, length, label]),
        );
        expect(faultsOf(rows)).toEqual(faultsOf(whole));
      }),
      { numRuns: 100 },
    );
  });

  it('name the faults that the decoder finds', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const rows = frames(bytes);
        const { payloads, framing, end } = decoderFaults(bytes);
        const rest = rows.findIndex(
          ({ kind, inflated, offset }) => kind !== 'fault' && !inflated && offset >= end,
        );
        const whole = rest < 0 ? rows : rows.slice(0, rest);
        expect(faultsOf(whole).toSorted()).toEqual(payloads.toSorted());
        expect(faultsOf(rest < 0 ? [] : rows.slice(-1))).toEqual(framing);
      }),
      { numRuns: 300 },
    );
  });

  it('never hold a raw control character', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 8 });
    fc.assert(
      fc.property(fc.dictionary(texts, texts), texts, (map, text) => {
        const bytes = encodeFrame({
          kind: 'PUSH',
          verb: `v${text}`,
          args: [Entries.from(Object.entries(map))],
        });
        for (const { label, meaning } of frames(bytes)) {
          expect(label + meaning).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        }
      }),
    );
  });
});

/** What the layers below say of the same bytes: of the payloads of whole frames, and of the framing. */
function decoderFaults(bytes: Uint8Array): { payloads: string[]; framing: string[]; end: number } {
  const payloads: string[] = [];
  const framing: string[] = [];
  let end = 0;
  attempt(framing, () => {
    for (const frame of readFrames(bytes)) {
      end = frame.start + frame.payload.length;
      attempt(payloads, () => {
        const body = parseFrame(frame);
        if (body.kind === 'PACK') packFaults(body, frame.offset, payloads);
      });
    }
  });
  return { payloads, framing, end };
}

function attempt(found: string[], run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    found.push(`${error.code} ${error.offset} ${error.rule}`);
  }
}

function packFaults(pack: Pack, offset: number, found: string[]): void {
  let inflated: Uint8Array;
  try {
    inflated = inflate(pack.deflated, 0, pack.length);
  } catch {
    throw new ProtocolError('PACK_CONTENT', 'FRAME-17', offset, '');
  }
  attempt(found, () => void splitPack(inflated, pack.length));
  attempt([], () => {
    for (const frame of readFrames(inflated)) attempt(found, () => void parseFrame(frame));
  });
}
