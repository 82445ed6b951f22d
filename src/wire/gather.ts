/** What straddles chunks, put together: every byte is copied once where the length is known, and otherwise twice at most. */

export const EMPTY: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
/** Something up to this long is given its room at once. */
const AT_ONCE = 65_536;
/** What is longer, once so much of it was received, as a share of one, or so many pieces: a length alone allocates nothing. */
const SHARE = 16;
const PIECES = 256;
/** Where no length is known, the room begins with so much, and doubles. */
const LEAST = 64;
/** Things up to so long share a buffer: one above 64 bytes costs 300 ns to make, whatever its length. */
const FEW = 256;
/** The first such buffer, which most links never fill, and those that follow. */
const SLAB = 1024;
const NEXT_SLAB = 8192;
/**
 * Up to so many bytes a loop of four at a turn beats a view and `set`, which take 40 ns, two thirds of what they take with
 * `subarray`; a byte at a turn takes twice as long.
 */
const LOOP = 128;

/** Gathers the bytes of one thing after the other: `size` is set to 0 by who begins anew. */
export class Gatherer {
  /** What was gathered is `bytes[start, start + size)`, once all of it is there. */
  bytes: Uint8Array = EMPTY;
  start = 0;
  size = 0;
  /** Bytes from `start` on that are this thing's. */
  room = 0;
  /** What came first of something long, behind what is in `bytes`. */
  private pieces: Uint8Array[] = [];
  private readonly copies: boolean;
  private slab: Uint8Array = EMPTY;
  private used = 0;

  /** @param copies chunks are read into again by who gives them: pieces of them are copied. */
  constructor(copies = false) {
    this.copies = copies;
  }

  /** Adds `chunk[from, to)` to a thing that is `whole` bytes long in the end, left out where that is not known: `start` is 0 then. */
  add(chunk: Uint8Array, from: number, to: number, whole: number = Infinity): void {
    const { size } = this;
    const total = size + to - from;
    if (total > this.room) {
      if (size === 0 && whole <= FEW) this.share(whole);
      // Of something long, too little is there to make room for all of it.
      else if (whole < Infinity && whole > AT_ONCE + SHARE * total && this.pieces.length < PIECES) {
        const piece = chunk.subarray(from, to);
        this.pieces.push(this.copies ? new Uint8Array(piece) : piece); // a Buffer's `slice` is no copy
        this.size = total;
        return;
      } else this.grow(total, whole);
    }
    copy(chunk, from, to, this.bytes, this.start + size);
    this.size = total;
  }

  /** Begins anew: what was gathered is somebody else's, and stays as it is. */
  release(): void {
    this.room = this.size = 0;
  }

  private grow(total: number, whole: number): void {
    const { pieces } = this;
    const room = (this.room = whole < Infinity ? whole : 2 * total + LEAST);
    let end = this.size;
    for (const { length } of pieces) end -= length;
    const { bytes, start } = this;
    this.start = 0;
    if (whole <= FEW) this.share(whole);
    else this.bytes = new Uint8Array(room);
    if (end > 0) this.bytes.set(bytes.subarray(start, start + end), this.start);
    for (const piece of pieces) {
      this.bytes.set(piece, end); // something long begins at 0
      end += piece.length;
    }
    this.pieces = [];
  }

  /** Makes room in the shared buffer. */
  private share(whole: number): void {
    const { length } = this.slab;
    if (this.used + whole > length) {
      this.slab = new Uint8Array(length > 0 ? NEXT_SLAB : SLAB);
      this.used = 0;
    }
    this.start = this.used;
    this.used += this.room = whole;
    this.bytes = this.slab;
  }
}

/** Copies `chunk[from, to)` to `bytes[at]` and on. */
function copy(chunk: Uint8Array, from: number, to: number, bytes: Uint8Array, at: number): void {
  if (to - from > LOOP)
    return bytes.set(new Uint8Array(chunk.buffer, chunk.byteOffset + from, to - from), at);
  let i = from | 0;
  let j = at | 0;
  for (const last = to - 3; i < last; i = (i + 4) | 0, j = (j + 4) | 0) {
    bytes[j] = chunk[i]!;
    bytes[j + 1] = chunk[i + 1]!;
    bytes[j + 2] = chunk[i + 2]!;
    bytes[j + 3] = chunk[i + 3]!;
  }
  while (i < to) bytes[j++] = chunk[i++]!;
}

/** A plain Uint8Array of the same bytes: Buffer's own methods cost more and behave otherwise. */
export function plain(chunk: Uint8Array): Uint8Array {
  return chunk.constructor === Uint8Array
    ? chunk
    : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
}
