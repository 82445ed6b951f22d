/**
 * Trains a dictionary: chooses, of the samples, the pieces whose substrings the most samples share. It is FastCover, which
 * zstd trains by: substrings of `shortest` bytes are counted by their hashes, so that memory is fixed and time linear.
 */
import { MOST_BYTES } from './dictionary.ts';

export interface TrainingOptions {
  /** Bytes of the dictionary at most: 1 to 32,768. Default 4,096. */
  readonly size?: number;
  /** Bytes of the substrings that are counted, 4 to 16. Default 6. */
  readonly shortest?: number;
  /** Bytes of the pieces that are chosen, from `shortest` up. Default 24. */
  readonly piece?: number;
}

const HASH_BITS = 20;
/** The epochs go through all samples so often: each pass takes the best piece of each. */
const PASSES = 4;

/**
 * The bytes of a dictionary, the most valuable last, where what follows reaches them most cheaply. Samples that have
 * nothing in common give an empty one.
 * @param samples what is to be packed later, each as it would be: batches of frames, or single ones. Together less than 2^31 bytes.
 * @throws RangeError naming the option that is out of its range.
 */
export function trainDictionary(samples: Iterable<Uint8Array>, options: TrainingOptions = {}): Uint8Array {
  const { size = 4096, shortest = 6, piece = 24 } = options;
  within('size', size, 1, MOST_BYTES);
  within('shortest', shortest, 4, 16);
  within('piece', piece, shortest, MOST_BYTES);
  const cover = new Cover([...samples], shortest, piece);
  return cover.dictionary(size);
}

function within(name: string, value: number, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
}

/** A run of the samples' bytes, and what its substrings are worth. */
interface Segment {
  readonly start: number;
  readonly end: number;
  readonly worth: number;
}

class Cover {
  private readonly bytes: Uint8Array;
  private readonly shortest: number;
  /** How many substrings a piece has. */
  private readonly span: number;
  /** Of the substring at each place, its hash; at those where a sample ends too soon, hash 0, which is worth nothing. */
  private readonly hashes: Uint32Array;
  /** By hash, in how many samples it is; 0 once a piece has it. */
  private readonly worth: Uint32Array = new Uint32Array(1 << HASH_BITS);
  /** By hash, how often it is in the piece that is looked at. */
  private readonly inside: Uint32Array = new Uint32Array(1 << HASH_BITS);

  constructor(samples: readonly Uint8Array[], shortest: number, piece: number) {
    this.shortest = shortest;
    this.span = piece - shortest + 1;
    this.bytes = new Uint8Array(samples.reduce((sum, { length }) => sum + length, 0));
    this.hashes = new Uint32Array(this.bytes.length);
    this.count(samples);
  }

  dictionary(size: number): Uint8Array {
    const chosen: Segment[] = [];
    let left = size;
    for (const { start, end, worth } of this.choose(size)) {
      // what does not fit any more is cut in front
      const from = Math.max(start, end - left);
      if (end - from < this.shortest) break;
      chosen.push({ start: from, end, worth });
      left -= end - from;
    }
    chosen.sort((a, b) => a.worth - b.worth);
    const dictionary = new Uint8Array(size - left);
    let at = 0;
    for (const { start, end } of chosen) {
      dictionary.set(this.bytes.subarray(start, end), at);
      at += end - start;
    }
    return dictionary;
  }

  /** Counts each substring once for each sample that has it. */
  private count(samples: readonly Uint8Array[]): void {
    const { bytes, hashes, worth, shortest } = this;
    const latest = new Uint32Array(1 << HASH_BITS);
    let start = 0;
    for (const [i, sample] of samples.entries()) {
      bytes.set(sample, start);
      const last = start + sample.length - shortest;
      for (let at = start; at <= last; at++) {
        const hash = this.hashAt(at);
        hashes[at] = hash;
        if (latest[hash] !== i + 1) worth[hash]!++;
        latest[hash] = i + 1;
      }
      start += sample.length;
    }
    // what only one sample has helps no other
    for (let hash = 0; hash < worth.length; hash++) if (worth[hash] === 1) worth[hash] = 0;
    worth[0] = 0;
  }

  /** FNV-1a, folded. */
  private hashAt(at: number): number {
    let hash = 0x811c_9dc5;
    for (let i = at; i < at + this.shortest; i++) hash = Math.imul(hash ^ this.bytes[i]!, 0x0100_0193);
    return (hash ^ (hash >>> HASH_BITS)) & ((1 << HASH_BITS) - 1);
  }

  /** The best piece of each epoch in turn, until none is worth anything. */
  private *choose(size: number): Generator<Segment, void, void> {
    const pieceLength = this.span + this.shortest - 1;
    const epochs = Math.max(1, Math.floor(size / pieceLength / PASSES));
    const length = Math.max(Math.ceil(this.bytes.length / epochs), 10 * pieceLength);
    for (let worthless = 0, start = 0; worthless * length < this.bytes.length; start += length) {
      if (start >= this.bytes.length) start = 0;
      const best = this.best(start, Math.min(start + length, this.bytes.length));
      worthless = best === undefined ? worthless + 1 : 0;
      if (best !== undefined) yield best;
    }
  }

  /** The piece between two places that is worth most; its substrings are worth nothing from then on. */
  private best(from: number, to: number): Segment | undefined {
    const { hashes, inside, worth, span } = this;
    let best: Segment = { start: from, end: from, worth: 0 };
    let sum = 0;
    for (let at = from; at < to; at++) {
      if (inside[hashes[at]!]!++ === 0) sum += worth[hashes[at]!]!;
      if (at - span >= from && --inside[hashes[at - span]!]! === 0) sum -= worth[hashes[at - span]!]!;
      if (sum > best.worth) best = { start: Math.max(from, at - span + 1), end: at + 1, worth: sum };
    }
    for (let at = Math.max(from, to - span); at < to; at++) inside[hashes[at]!] = 0;
    return best.worth === 0 ? undefined : this.take(best);
  }

  /** Leaves out what is worth nothing at both ends. */
  private take({ start, end, worth: sum }: Segment): Segment {
    const { hashes, worth, shortest } = this;
    while (worth[hashes[start]!] === 0) start++;
    while (worth[hashes[end - 1]!] === 0) end--;
    for (let at = start; at < end; at++) worth[hashes[at]!] = 0;
    return { start, end: end - 1 + shortest, worth: sum };
  }
}
