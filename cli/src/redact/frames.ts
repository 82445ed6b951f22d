/** Frames, redacted where they stand: a frame keeps its bytes' number, unless it is a PACK. */
import { encodeFrame, parseFrame, ProtocolError, type FrameBody, type Limits } from 'petrel';
import { headLength, type Frame } from 'petrel/frame';
import { splitPack } from 'petrel/frame/pack';
import { CommandSecrets } from 'petrel/inspect';
import { ValueReader } from 'petrel/value';
import type { Filler } from './filler.ts';
import { redactReadable } from './numbers.ts';
import { redactContent, isVerb, maskValue } from './texts.ts';
import { HelloRedactor, ValueRedactor, type ValueSettings } from './values.ts';

/** What PACKs are opened and made with: as `inflaterOf` and `deflaterOf`. */
export interface Packing {
  /** Undefined where its dictionary is not known; throws for what is no deflate. */
  inflate(deflated: Uint8Array, dictionary: number | bigint, length: number): Uint8Array | undefined;
  deflate(bytes: Uint8Array, dictionary: number | bigint): Uint8Array;
}

export interface FrameSettings {
  readonly filler: Filler;
  readonly numbers: boolean;
  readonly limits: Partial<Limits>;
  readonly packing: Packing;
}

/** What was done. */
export interface FrameCounts {
  frames: number;
  /** Frames whose payload could not be read: it is filler, all of it. */
  malformed: number;
  /** PACKs that were opened and made anew, and their bytes before and after. */
  packs: number;
  packedBefore: number;
  packedAfter: number;
  /** PACKs that could not be opened. */
  closedPacks: number;
}

/** The byte that no payload begins with, nor any value: what was malformed stays so. */
const BLANK = 0xff;

export class FrameRedactor {
  readonly counts: FrameCounts = {
    frames: 0,
    malformed: 0,
    packs: 0,
    packedBefore: 0,
    packedAfter: 0,
    closedPacks: 0,
  };
  private readonly settings: FrameSettings;
  /** Of the frame that is redacted. */
  private values: ValueSettings;

  constructor(settings: FrameSettings) {
    this.settings = settings;
    this.values = { ...settings, kept: [] };
  }

  /** @param bytes a frame of this kind, head and payload. @returns bytes of its own. */
  redact(kind: number, bytes: Uint8Array): Uint8Array {
    this.counts.frames++;
    const start = bytes.length - payloadLength(bytes.length);
    const body = this.parse(kind, bytes.subarray(start));
    if (body === undefined) return this.blank(bytes, start);
    if (body.kind === 'PACK') return this.pack(body, bytes);
    const out = bytes.slice();
    const [source, into] = [bytes.subarray(start), out.subarray(start)];
    const { filler, numbers } = this.settings;
    this.values = { filler, numbers, kept: [] };
    this.payload(body, source, into);
    redactReadable(filler, source, into, this.values.kept);
    // what came out must say as much as what went in
    return this.parse(kind, out.subarray(start))?.kind === body.kind ? out : this.blank(bytes, start);
  }

  private blank(bytes: Uint8Array, start: number): Uint8Array {
    this.counts.malformed++;
    return bytes.slice().fill(BLANK, start);
  }

  private parse(kind: number, payload: Uint8Array): FrameBody | undefined {
    const { limits } = this.settings;
    try {
      return parseFrame({ kind, payload, offset: 0, start: 0 }, { limits, lossless: true });
    } catch (error) {
      if (error instanceof ProtocolError) return undefined;
      throw error;
    }
  }

  private payload(body: Exclude<FrameBody, { kind: 'PACK' }>, source: Uint8Array, out: Uint8Array): void {
    const { filler } = this.settings;
    switch (body.kind) {
      case 'COMMAND':
      case 'PUSH':
        return this.call(body, source, out);
      case 'REPLY':
      case 'PART':
        return this.value(source, out);
      case 'HELLO':
        return this.hello(source, out);
      case 'RESUME':
        // the form, the token's length, the token [HELLO-8]
        return out.set(filler.bytes(body.token), 1 + (body.token.length < 128 ? 1 : 2));
      case 'PING':
      case 'PONG':
        return out.set(filler.bytes(source));
      case 'CLOSE':
        return redactContent(filler, out, out.length - Buffer.byteLength(body.text), out.length);
      case 'EXTENSION':
        return out.set(filler.bytes(body.bytes), out.length - body.bytes.length);
      case 'CANCEL':
      case 'ACK':
        return undefined;
      default:
        return body satisfies never;
    }
  }

  private reader(source: Uint8Array): ValueReader {
    const reader = new ValueReader({ limits: this.settings.limits, lossless: true });
    reader.reset(source);
    return reader;
  }

  private value(source: Uint8Array, out: Uint8Array): void {
    const reader = this.reader(source);
    reader.varint();
    reader.visitor = new ValueRedactor(source, out, this.values);
    reader.readValue();
  }

  private hello(source: Uint8Array, out: Uint8Array): void {
    const reader = this.reader(source);
    reader.pos = 1; // the form
    reader.visitor = new HelloRedactor(source, out, this.values);
    reader.readValue();
  }

  /** A verb and its arguments; those that prove who somebody is are masked. */
  private call(body: FrameBody & { kind: 'COMMAND' | 'PUSH' }, source: Uint8Array, out: Uint8Array): void {
    const reader = this.reader(source);
    if (body.kind === 'COMMAND') reader.varint();
    reader.visitor = isVerb(body.verb) ? null : new ValueRedactor(source, out, this.values);
    reader.readValue();
    const secrets = new CommandSecrets();
    secrets.add(body.verb);
    while (reader.pos < reader.end) {
      const start = reader.pos;
      const secret = secrets.next;
      reader.visitor = secret ? null : new ValueRedactor(source, out, this.values);
      secrets.add(reader.readValue());
      if (secret) maskValue(out, start, reader.pos);
      // the word that says so stays: AUTH in HELLO, SETUSER in ACL
      else if (secrets.next) out.set(source.subarray(start, reader.pos), start);
    }
  }

  private pack(pack: FrameBody & { kind: 'PACK' }, bytes: Uint8Array): Uint8Array {
    const { packing } = this.settings;
    const frames = this.open(pack);
    const { dictionary, length } = pack;
    if (frames === undefined) {
      this.counts.closedPacks++;
      const filled = new Uint8Array(pack.deflated.length).fill(BLANK);
      return encodeFrame({ kind: 'PACK', dictionary, length, deflated: filled });
    }
    const inner = Buffer.concat(frames.map(({ kind, whole }) => this.redact(kind, whole)));
    const deflated = packing.deflate(inner, dictionary);
    const out = encodeFrame({ kind: 'PACK', dictionary, length, deflated });
    this.counts.packs++;
    this.counts.packedBefore += bytes.length;
    this.counts.packedAfter += out.length;
    return out;
  }

  /** The frames of a PACK, heads included; undefined where it can't be opened. */
  private open({
    deflated,
    dictionary,
    length,
  }: FrameBody & { kind: 'PACK' }): { readonly kind: number; readonly whole: Uint8Array }[] | undefined {
    const { packing, limits } = this.settings;
    let inflated: Uint8Array | undefined;
    let frames: Frame[];
    try {
      inflated = packing.inflate(deflated, dictionary, length);
      if (inflated === undefined) return undefined;
      frames = splitPack(inflated, length, { limits });
    } catch {
      return undefined; // no deflate, or no frames
    }
    return frames.map(({ kind, offset, start, payload }) => ({
      kind,
      whole: inflated.subarray(offset, start + payload.length),
    }));
  }
}

/** The payload's length in a frame of so many bytes. */
function payloadLength(size: number): number {
  for (let head = 1; head <= 6; head++) if (headLength(size - head) === head) return size - head;
  throw new RangeError(`no frame has ${size} bytes`);
}
