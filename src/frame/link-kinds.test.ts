import { describe, expect, it } from 'vitest';
import { encodeFrame as encodeAny, parseFrame as parseAny, type FrameBody } from './all.ts';
import { HANDSHAKE } from './handshake.ts';
import { encodeFrame, FrameWriter, parseFrame } from './index.ts';
import { decodeFrames, readFrames } from './stream.ts';
import { PACKS } from './pack.ts';
import { framePieces } from './pieces.ts';

const token = Uint8Array.of(1, 2, 3);
const BODIES: readonly Extract<FrameBody, { kind: 'HELLO' | 'RESUME' | 'PACK' }>[] = [
  { kind: 'HELLO', form: 'offer', versions: [1, 1], credentials: new Uint8Array(300) },
  { kind: 'HELLO', form: 'answer', version: 1, token },
  { kind: 'RESUME', form: 'offer', token, attempt: 1, received: 0, next: 1 },
  { kind: 'PACK', dictionary: 0, length: 5, deflated: token },
];
const layouts = { ...HANDSHAKE, ...PACKS };

describe('the kinds that open and feed a link', () => {
  it.each(BODIES)(
    '$kind comes with its payload where no layout was passed, and goes out as it came',
    (body) => {
      const bytes = encodeAny(body);
      const [frame] = readFrames(bytes);
      const unread = parseFrame(frame!);
      expect(unread).toStrictEqual({ kind: body.kind, payload: frame!.payload });
      expect(encodeFrame(unread)).toStrictEqual(bytes);
      expect(Buffer.concat(framePieces(unread, { threshold: 1 }))).toStrictEqual(Buffer.from(bytes));
    },
  );

  it.each(BODIES)('$kind is read and written field by field with its layout', (body) => {
    const bytes = encodeAny(body);
    const [read] = decodeFrames(bytes, { layouts });
    expect(read).toStrictEqual(body);
    expect(encodeFrame(read!, { layouts })).toStrictEqual(bytes);
    const writer = new FrameWriter({ layouts });
    writer.frame(read!);
    expect(writer.take()).toStrictEqual(bytes);
    const pieces = framePieces(read!, { layouts, threshold: 100 });
    expect(Buffer.concat(pieces)).toStrictEqual(Buffer.from(bytes));
  });

  it('are known one by one', () => {
    const [hello, , , pack] = BODIES.map((body) => [...readFrames(encodeAny(body))][0]!);
    expect(parseFrame(hello!, { layouts: HANDSHAKE })).toStrictEqual(parseAny(hello!));
    expect(parseFrame(pack!, { layouts: HANDSHAKE })).toStrictEqual({ kind: 'PACK', payload: pack!.payload });
    expect(parseFrame(pack!, { layouts: PACKS })).toStrictEqual(parseAny(pack!));
  });

  it('keep their rules with their layouts', () => {
    const [frame] = readFrames(Uint8Array.of(0x81, 2));
    expect(parseFrame(frame!)).toStrictEqual({ kind: 'HELLO', payload: Uint8Array.of(2) });
    expect(() => parseFrame(frame!, { layouts: HANDSHAKE })).toThrow('HELLO_FORM at byte 1 (HELLO.form)');
  });

  it('need a payload where they are written without a layout', () => {
    expect(() => encodeFrame({ kind: 'PACK' } as never)).toThrow(
      'bytes must be a Uint8Array (at PACK.payload)',
    );
    expect(() => encodeFrame({ kind: 'toString' } as never)).toThrow('no frame is called toString');
  });
});
