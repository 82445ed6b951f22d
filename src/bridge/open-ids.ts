/** The request ids of the peer's commands that have no REPLY yet: any that it likes. [SESSION-12] */
import type { Uint64 } from '../frame/types.ts';

/** Ids up to here have a bit each, 8 KiB at most; who takes the lowest free one mostly stays below 128. */
const HIGHEST_BIT = 65_535;
const FIRST_WORDS = 4;

export class OpenIds {
  private bits: Uint32Array = new Uint32Array(FIRST_WORDS);
  /** The others as texts: the peer chooses them, and numbers it could choose such as collide. */
  private readonly others = new Set<string>();

  has(id: Uint64): boolean {
    if (id > HIGHEST_BIT) return this.others.has(keyOf(id));
    return ((this.bits[Number(id) >> 5] ?? 0) & bitOf(id)) !== 0;
  }

  add(id: Uint64): void {
    if (id > HIGHEST_BIT) this.others.add(keyOf(id));
    else this.bitsFor(id)[Number(id) >> 5]! |= bitOf(id);
  }

  delete(id: Uint64): void {
    if (id > HIGHEST_BIT) this.others.delete(keyOf(id));
    else this.bitsFor(id)[Number(id) >> 5]! &= ~bitOf(id);
  }

  private bitsFor(id: Uint64): Uint32Array {
    const words = (Number(id) >> 5) + 1;
    if (words > this.bits.length) {
      const grown = new Uint32Array(Math.max(words, 2 * this.bits.length));
      grown.set(this.bits);
      this.bits = grown;
    }
    return this.bits;
  }
}

function bitOf(id: Uint64): number {
  return 1 << (Number(id) & 31);
}

/** No text that spells an integer: its hash would have no seed either. */
function keyOf(id: Uint64): string {
  return `n${id}`;
}
