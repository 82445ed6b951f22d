// Simulates sessions of many seeds, and shortens what breaks a promise.
//
//   npm run fuzz:session -- --seeds 100000
//   npm run fuzz:session -- --from 5000 --to 6000
//   npm run fuzz:session -- --seed 17 --trace
//   npm run fuzz:session -- --plan '{"seed":17,...}'
//   npm run fuzz:session -- --bugs
import { parseArgs } from 'node:util';
import { huntAll } from './bugs/hunt.ts';
import { planOf, type Plan } from './plan.ts';
import { simulate } from './run.ts';
import { shrink } from './shrink.ts';

/** Seeds between two lines of progress. */
const STRIDE = 1000;
/** Faults after which it ends. */
const ENOUGH = 10;

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    seed: { type: 'string' },
    plan: { type: 'string' },
    trace: { type: 'boolean', default: false },
    bugs: { type: 'boolean', default: false },
  },
});

process.exitCode = (await main()) ? 0 : 1;

async function main(): Promise<boolean> {
  if (options.bugs) return huntAll();
  if (options.plan !== undefined) return show(JSON.parse(options.plan) as Plan);
  if (options.seed !== undefined) return show(planOf(seedOf('seed', options.seed)));
  const from = seedOf('from', options.from ?? '1');
  return run(
    from,
    options.to === undefined ? from + seedOf('seeds', options.seeds ?? '2000') - 1 : seedOf('to', options.to),
  );
}

function seedOf(name: string, text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0)
    throw new RangeError(`--${name} takes a whole number, not ${text}`);
  return seed;
}

/** One run, and all of it where that is wanted. */
function show(plan: Plan): boolean {
  const { trace, fault, digest } = simulate(plan);
  if (options.trace) console.log(`${JSON.stringify(plan)}\n${trace.join('\n')}`);
  console.log(`${digest}  ${fault ?? 'holds'}`);
  if (fault !== undefined && !options.trace) report(plan);
  return fault === undefined;
}

function run(from: number, to: number): boolean {
  const broken: number[] = [];
  const start = performance.now();
  for (let seed = from; seed <= to && broken.length < ENOUGH; seed++) {
    const plan = planOf(seed);
    const { fault } = simulate(plan, false);
    if (fault !== undefined) {
      console.log(`seed ${seed}: ${fault}`);
      if (broken.push(seed) === 1) report(plan);
    }
    if ((seed - from + 1) % STRIDE === 0)
      console.log(`${seed}, ${broken.length} broken, ${seconds(start)} s`);
  }
  console.log(`${broken.length} of ${to - from + 1} seeds broken, ${seconds(start)} s`);
  return broken.length === 0;
}

/** The shortest plan that was found to break something, and what happens in it. */
function report(plan: Plan): void {
  const { plan: short, fault } = shrink(plan);
  console.log(`\nshortened from ${plan.steps.length} steps to ${short.steps.length}:\n`);
  console.log(`${JSON.stringify(short)}\n\n${simulate(short).trace.join('\n')}\n${fault}\n`);
}

function seconds(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}
