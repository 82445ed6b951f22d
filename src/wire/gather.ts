/** What straddles chunks, put together: every byte is copied once, the first eighth of something long a few times. */

export const EMPTY: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
/** Something up to this long is given its room at once. */
const AT_ONCE = 65_536;
/** What is longer, once so much of it was received, as a share of one: a length alone allocates nothing. */
const SHARE = 16;
/** Before, and where no length is known, the room begins with so much, and doubles. */
const LEAST = 64;
/** Short things share a buffer of so much: one above 64 bytes costs 500 ns to make, whatever its length. */
const SLAB = 1024;
/** Up to so many bytes a loop beats a view and `set`, which take 150 ns. */
const FEW = 256;

/** Gathers the bytes of one thing after the other: `size` is set to 0 by who begins anew. */
export class Gatherer {
  /** What was gathered is `bytes[start, start + size)`. */
  bytes: Uint8Array = EMPTY;
  start = 0;
  size = 0;
  /** Bytes from `start` on that are this thing's. */
  private room = 0;
  private slab: Uint8Array = EMPTY;
  private used: number = SLAB;

  /** Adds `chunk[from, to)` to a thing that is `whole` bytes long in the end, left out where that is not known: `start` is 0 then. */
  add(chunk: Uint8Array, from: number, to: number, whole: number = Infinity): void {
    const { size } = this;
    const total = size + to - from;
    if (total > this.room) this.grow(total, whole);
    const { bytes } = this;
    const at = this.start + size;
    if (to - from <= FEW) for (let i = from; i < to; i++) bytes[at + i - from] = chunk[i]!;
    else bytes.set(chunk.subarray(from, to), at);
    this.size = total;
  }

  /** Begins anew: what was gathered is somebody else's, and stays as it is. */
  release(): void {
    this.room = this.size = 0;
  }

  private grow(total: number, whole: number): void {
    const due = whole <= AT_ONCE + SHARE * total;
    const room = (this.room = due ? whole : 2 * total + LEAST);
    const before = this.bytes.subarray(this.start, this.start + this.size);
    this.start = 0;
    if (whole <= FEW) {
      this.used += whole;
      if (this.used > SLAB) {
        this.slab = new Uint8Array(SLAB);
        this.used = whole;
      }
      this.start = this.used - whole;
      this.bytes = this.slab;
    } else this.bytes = new Uint8Array(room);
    this.bytes.set(before, this.start);
  }
}

/** A plain Uint8Array of the same bytes: Buffer's own methods cost more and behave otherwise. */
export function plain(chunk: Uint8Array): Uint8Array {
  return chunk.constructor === Uint8Array
    ? chunk
    : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
}
