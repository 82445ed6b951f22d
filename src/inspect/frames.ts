/** Inspecting frames: from the bytes of a stream to rows that show every one of them. */
import { fault, type ProtocolError } from '../wire/errors.ts';
import { resolveLimits } from '../wire/limits.ts';
import { Writer } from '../wire/writer.ts';
import { FrameHead } from '../frame/head.ts';
import { frameRows, type Surroundings } from './frame.ts';
import { settle, type InspectOptions, type Settings } from './options.ts';
import type { Row } from './row.ts';
import { faultOf, Sheet, type Spot } from './sheet.ts';

const NOTHING = new Uint8Array(0);
const UNREAD: Spot = { label: 'unread', depth: 0, place: undefined };

/**
 * Inspects a stream piece by piece. It holds the bytes of one frame that is not whole yet, and makes the rows of one whole
 * frame at a time.
 *
 * A malformed payload is local: its fault stands among its rows, and the next frame follows. Bad framing ends the reading.
 */
export class FrameInspector {
  private readonly around: Surroundings;
  /** What was fed and is not read yet. */
  private held: Uint8Array = NOTHING;
  /** The buffer of `held` when a frame straddles pieces. */
  private joined: Writer | undefined;
  /** Offset in the stream of the first byte held, and of the byte after the last that was fed. */
  private base = 0;
  private fed = 0;
  private failure: ProtocolError | undefined;

  /** @throws RangeError for options out of range. */
  constructor(options: InspectOptions = {}) {
    const settings = settle(options);
    this.around = { settings, depth: 0, place: undefined, inside: framesInside(settings) };
  }

  /** The fault that ended the reading: what is fed from now on is not read. */
  get failed(): ProtocolError | undefined {
    return this.failure;
  }

  /** The rows of the frames that end in this piece, views of it. Read them all before the next call. */
  *feed(piece: Uint8Array): Generator<Row, void, void> {
    if (!(piece instanceof Uint8Array)) throw new TypeError('a piece must be a Uint8Array');
    this.fed += piece.length;
    if (this.failure !== undefined) return;
    this.hold(new Uint8Array(piece.buffer, piece.byteOffset, piece.length));
    const { start, failure } = yield* wholeFrames(this.held, this.base, this.around);
    this.failure = failure;
    this.drop(start);
  }

  /** No more bytes come: the rows of what is left, and what is wrong with it. */
  *finish(): Generator<Row, void, void> {
    const { held, base, fed, failure, around } = this;
    this.held = NOTHING;
    this.base = fed;
    if (failure !== undefined) yield* unreadRows(held, base, fed - base, failure);
    else if (held.length > 0) yield* cutRows(held, base, around);
  }

  private hold(piece: Uint8Array): void {
    if (this.held.length === 0) {
      this.held = piece;
      return;
    }
    if (this.joined === undefined) {
      this.joined = new Writer(this.held.length + piece.length);
      this.joined.raw(this.held);
    }
    this.joined.raw(piece);
    this.held = this.joined.peek();
  }

  /** Drops what was read. Rows may still show it, so it is never written over. */
  private drop(length: number): void {
    if (length === 0) return;
    this.held = this.held.subarray(length);
    this.joined = undefined;
    this.base += length;
  }
}

/**
 * Inspects frames: a row for every byte of `bytes`, and for every fault. Never throws for what the bytes are.
 * @throws RangeError for options out of range.
 */
export function* inspectFrames(bytes: Uint8Array, options: InspectOptions = {}): Generator<Row, void, void> {
  const inspector = new FrameInspector(options);
  yield* inspector.feed(bytes);
  yield* inspector.finish();
}

/** The rows of whole frames; answers where they end, and the fault of what follows when it is no frame. */
function* wholeFrames(
  bytes: Uint8Array,
  shift: number,
  around: Surroundings,
): Generator<Row, { start: number; failure: ProtocolError | undefined }, void> {
  const { maxPayload } = resolveLimits(around.settings.limits);
  const head = new FrameHead();
  for (let start = 0; ;) {
    let whole = false;
    const failure = faultOf(() => {
      whole = start < bytes.length && head.read(bytes, start, bytes.length, maxPayload);
    });
    const end = head.pos + head.size;
    if (!whole || end > bytes.length) return { start, failure: failure?.moved(shift) };
    yield* frameRows({ bytes, start, head, end, cut: false, shift }, around);
    start = end;
  }
}

/** One row for all that bad framing left. */
function unreadRows(held: Uint8Array, base: number, length: number, failure: ProtocolError): readonly Row[] {
  const sheet = new Sheet(held, 0, base, false);
  sheet.add(held.length, UNREAD, { kind: 'unread', meaning: 'no frame begins here' }, length);
  sheet.fault(failure);
  return sheet.rows;
}

/** The rows of a frame that the input's end cuts. */
function cutRows(bytes: Uint8Array, shift: number, around: Surroundings): readonly Row[] {
  const end = bytes.length;
  const head = new FrameHead();
  if (head.read(bytes, 0, end, 0xffff_ffff)) {
    return frameRows({ bytes, start: 0, head, end, cut: true, shift }, around);
  }
  const sheet = new Sheet(bytes, 0, shift, false);
  sheet.unread(end, UNREAD, "the beginning of a frame's head");
  sheet.fault(fault('TRUNCATED', 'WIRE-9', end + shift, "the input ends inside a frame's length"));
  return sheet.rows;
}

/** Makes the rows of what a PACK holds. What is wrong with its framing, its own frame reports. */
function framesInside(settings: Settings): NonNullable<Surroundings['inside']> {
  return function* rows(inflated, depth, place) {
    const { start } = yield* wholeFrames(inflated, 0, { settings, depth, place });
    const sheet = new Sheet(inflated, start, 0, true);
    sheet.unread(inflated.length, { label: 'unread', depth, place }, 'no whole frame');
    yield* sheet.rows;
  };
}
