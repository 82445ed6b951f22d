/** Trains a dictionary with the sizes that serve best, and says what it is worth. */
import { trainDictionary, type TrainingOptions } from 'petrel/dictionary';
import { zlib } from '../compressor.ts';

export interface Trained {
  readonly bytes: Uint8Array;
  /** What deflating the samples that were kept back takes: each on its own. Undefined where there were too few. */
  readonly gain?: { readonly plain: number; readonly alone: number; readonly deflated: number };
}

/** What is tried, as zstd's trainer does. Longer pieces waste less on their ends, shorter ones less on their middles. */
const PIECES = [16, 24, 32, 48, 64];
const SHORTEST = [6, 8];
/** One of so many samples is kept back, to choose by. */
const KEPT_BACK = 8;
/** So many of them are measured at the most: more would not choose better. */
const MEASURED = 500;

/**
 * The dictionary of the options that deflate one of eight samples best, which are not trained on meanwhile; then trained on
 * all.
 */
export function trainBest(samples: readonly Uint8Array[], size: number): Trained {
  const kept = samples.filter((_, i) => i % KEPT_BACK === KEPT_BACK - 1);
  if (kept.length === 0) return { bytes: trainDictionary(samples, { size }) };
  const others = samples.filter((_, i) => i % KEPT_BACK !== KEPT_BACK - 1);
  const step = Math.ceil(kept.length / MEASURED);
  const measured = kept.filter((_, i) => i % step === 0);
  const tried = combinations(size).map((options) => {
    return { options, deflated: deflatedSize(measured, trainDictionary(others, options)) };
  });
  const best = tried.reduce((a, b) => (b.deflated < a.deflated ? b : a));
  const plain = measured.reduce((sum, { length }) => sum + length, 0);
  return {
    bytes: trainDictionary(samples, best.options),
    gain: { plain, alone: deflatedSize(measured), deflated: best.deflated },
  };
}

function combinations(size: number): TrainingOptions[] {
  return PIECES.flatMap((piece) => SHORTEST.map((shortest) => ({ size, piece, shortest })));
}

/** Each sample on its own: an empty dictionary is none. */
function deflatedSize(samples: readonly Uint8Array[], dictionary?: Uint8Array): number {
  const preset = dictionary?.length === 0 ? undefined : dictionary;
  return samples.reduce((sum, sample) => sum + zlib.deflate(sample, preset).length, 0);
}
