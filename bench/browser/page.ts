/** What runs in the page: one candidate on one corpus, made ready, checked, and timed a sample at a time. */
import { poolOf } from '../corpora.ts';
import { codecOf, type BrowserCodec, type Modules } from './candidates.ts';

export interface Prepared {
  /** Mean of the pool, in bytes. */
  readonly bytes: number;
  /** Everything that was encoded, in one number: the same in Node, or one of both is wrong. */
  readonly digest: number;
}

export type Operation = 'own' | 'dec';

/** What the page answers to who runs it. */
export interface BenchPage {
  /** Null where the candidate does not take part. @throws unless all is read back as it was written */
  prepare(candidate: string, corpus: string): Prepared | null;
  /** Calls for at least so many milliseconds. @returns nanoseconds a call */
  sample(operation: Operation, milliseconds: number): number;
}

const WITH_SCHEMA = /, generated$|^pbf$/;
/** Results are kept for so many calls, so that all pay for being kept. */
const ring: unknown[] = Array.from({ length: 64 }, () => undefined);

/** Makes what a page, or a process of Node, answers with. */
export function benchPage(modules: Modules): BenchPage {
  let codec: BrowserCodec | undefined;
  let pool: readonly unknown[] = [];
  let encoded: readonly Uint8Array[] = [];
  return {
    prepare: (candidate, corpus) => {
      const { values, messages, type } = poolOf(corpus);
      codec = codecOf(candidate, corpus, type, modules);
      if (codec === undefined) return null;
      const { own, dec } = codec;
      pool = WITH_SCHEMA.test(candidate) ? messages : values;
      // Copies: what is read has a buffer of its own, as a socket's chunk does.
      encoded = pool.map((value) => own(value).slice());
      for (const [i, bytes] of encoded.entries()) demand(dec(bytes), pool[i], `${candidate} ${corpus}[${i}]`);
      const bytes = encoded.reduce((sum, { length }) => sum + length, 0) / encoded.length;
      return { bytes, digest: digestOf(encoded) };
    },
    sample: (operation, milliseconds) => {
      const { own, dec } = codec!;
      const { length } = pool;
      const run =
        operation === 'own' ? (i: number) => own(pool[i % length]) : (i: number) => dec(encoded[i % length]!);
      const began = performance.now();
      let calls = 0;
      let spent = 0;
      // The clock is asked seldom: it is coarse, and not for nothing.
      for (; spent < milliseconds; spent = performance.now() - began)
        for (const stop = calls + length; calls < stop; calls++) ring[calls & 63] = run(calls);
      return (spent * 1e6) / calls;
    },
  };
}

/** FNV-1a over all bytes. */
function digestOf(all: readonly Uint8Array[]): number {
  let hash = 0x811c_9dc5;
  for (const bytes of all) for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x0100_0193);
  return hash >>> 0;
}

/** Throws unless what was read says what was written. */
function demand(found: unknown, expected: unknown, where: string): void {
  if (typeof expected !== 'object' || expected === null) {
    if (found !== expected) throw new Error(`${where}: ${String(found)} for ${String(expected)}`);
    return;
  }
  for (const [key, value] of Object.entries(expected))
    demand((found as Readonly<Record<string, unknown>>)[key], value, `${where}.${key}`);
}
