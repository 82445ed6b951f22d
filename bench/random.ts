/** Distinct values from a seed: the same everywhere, and nothing that could be learned by heart. */

/** Small and fast: Marsaglia's xorshift. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** A whole number from 0 to `below` - 1; `below` is at most 2^32. */
  below(below: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % below;
  }

  /** A whole number of so many bits, the highest of them set; at most 53. */
  bits(count: number): number {
    if (count <= 31) return 2 ** (count - 1) + this.below(2 ** (count - 1));
    return 2 ** (count - 1) + this.below(2 ** (count - 32)) * 2 ** 31 + this.below(2 ** 31);
  }

  text(length: number, characters: string): string {
    let text = '';
    for (let i = 0; i < length; i++) text += characters[this.below(characters.length)];
    return flat(text);
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

/** Decoded from bytes as a text off the wire is: flat, and no constant of the program. */
export function flat(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

const POOL = 64;

export function pool<T>(seed: number, make: (random: Random) => T): readonly T[] {
  const random = new Random(seed);
  return Array.from({ length: POOL }, () => make(random));
}
