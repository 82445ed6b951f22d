// Measures one candidate on one corpus, in turns: a process of its own, so that no other codec's call sites are in it.
//
//   worker.ts SUITE-URL CORPUS CANDIDATE
//
// Of a suite whose operations are apart, it measures the one that it is first asked for.
import { now, reference, Sampler } from './clock.ts';
import type { Answer, Samples, Turn } from './protocol.ts';
import type { Prepared, Suite } from './suite.ts';

/** Results are kept for so many calls, a power of two: all pay for being kept, none for being kept for ever. */
const RING = 64;
/** Samples that are tried for one that counts. */
const TRIES = 4;
/** The reference loop may be this much slower than at its best around a sample that counts. */
const SLOWER = 1.1;

const [url, corpus, name] = process.argv.slice(2) as [string, string, string];

/** Calls in a turn of the loop, where they are short. */
const CALLS = 16;

async function prepared(): Promise<{ suite: Suite; found: Prepared }> {
  const { suite } = (await import(url)) as { readonly suite: Suite };
  const found = await suite.candidates.find((candidate) => candidate.name === name)!.load(corpus);
  if (!suite.apart) found.check();
  return { suite, found };
}

/**
 * More bytecode than V8 inlines. `benchmark` makes the loop around a turn anew for each sample: the whole codec was compiled into it again, with
 * BENCH_CLOCK=cpu 3 ms of a sample's 15.
 */
const NEVER = `if (from < 0) ring.push(${Array.from({ length: 128 }, (_, i) => i).join()});`;

/**
 * So many calls of an operation. It is compiled for each of them: closures of one source share what V8 knows of what they call, which is then
 * called for every operation in the slow way for many, for what a skim of 20 ns takes.
 */
function turnOf(timed: (i: number) => unknown, calls: number): () => void {
  const text = `let from = 0;
return () => {
  for (let i = from; i < from + ${calls}; i++) ring[i & ${RING - 1}] = timed(i);
  from = (from + ${calls}) & 0xfffffff;
  ${NEVER}
};`;
  // oxlint-disable-next-line no-new-func, no-implied-eval -- nothing from outside is in it
  const make = new Function('timed', 'ring', text) as (...all: unknown[]) => () => void;
  return make(
    timed,
    Array.from({ length: RING }, () => undefined),
  );
}

function taken(sampler: Sampler, per: number, { samples, best: before }: Turn): Samples {
  const kept: number[] = [];
  const dropped: number[] = [];
  let around = reference();
  let best = Math.min(before, around);
  for (let i = 0; i < TRIES * samples && kept.length < samples; i++) {
    const time = sampler.sample() / per;
    const after = reference();
    best = Math.min(best, after);
    (Math.max(around, after) <= SLOWER * best ? kept : dropped).push(time);
    around = after;
  }
  return { type: 'samples', kept, dropped, best };
}

/** By what has passed, not by samples: one call of the slowest takes many times a sample's time. */
function warmed(sampler: Sampler, { warm }: Turn): void {
  for (const until = now() + warm; now() < until;) sampler.sample();
}

function answer(message: Answer): void {
  process.send!(message);
}

function failed(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  answer({ type: 'failed', message: text.split('\n', 1)[0]! });
}

async function serve(): Promise<void> {
  const { suite, found } = await prepared();
  const { size, per = 1, differs = {}, operations } = found;
  const calls = suite.short ? CALLS : 1;
  const samplers = new Map<string, Sampler>();
  let best = Infinity;
  for (let i = 0; i < 50; i++) best = Math.min(best, reference()); // it is compiled on the way
  process.on('message', (turn: Turn) => {
    try {
      let sampler = samplers.get(turn.operation);
      if (sampler === undefined) {
        if (suite.apart) found.check(turn.operation);
        sampler = new Sampler(turnOf(operations[turn.operation]!, calls), turn.seconds);
        samplers.set(turn.operation, sampler);
      }
      warmed(sampler, turn);
      answer(taken(sampler, per * calls, turn));
    } catch (error) {
      failed(error);
    }
  });
  answer({ type: 'ready', best, size, operations: Object.keys(operations), differs });
}

// Ctrl-C is for the process that started this one, which ends it.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
await serve().catch(failed);
