// Fuzzes for as long as asked: every promise in turn, each time with another seed, until the time is
// over, or each was tried with that many inputs, or one is broken.
//
//   npm run fuzz -- --seconds 600
//   npm run fuzz -- --runs 100000 --only protobuf
//   npm run fuzz -- --seed -1234 --path 17:0:3 --only "a frame comes back equal"
import * as fc from 'fast-check';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { PROMISES } from './promises.ts';
import type { Promised } from './property.ts';

/** Inputs that a promise is tried with before it is the next one's turn. */
const TURN = 200;

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    runs: { type: 'string' },
    seed: { type: 'string' },
    path: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});

const promises = PROMISES.filter(({ name }) => name.includes(options.only));
if (promises.length === 0)
  throw new RangeError(`no promise is called ${options.only}; there are:\n${names()}`);
process.exitCode = (await (options.seed === undefined
  ? fuzz(Number(options.seconds))
  : replay(Number(options.seed))))
  ? 0
  : 1;

function names(): string {
  return PROMISES.map(({ name }) => `  ${name}`).join('\n');
}

async function fuzz(seconds: number): Promise<boolean> {
  if (!(seconds > 0)) throw new RangeError(`--seconds takes a number above 0, not ${options.seconds}`);
  const most = options.runs === undefined ? Infinity : Number(options.runs);
  if (!(most > 0)) throw new RangeError(`--runs takes a number above 0, not ${options.runs}`);
  const end = most < Infinity ? Infinity : performance.now() + 1000 * seconds;
  const tried = new Map(promises.map((promised) => [promised, 0]));
  for (let turn = 0; performance.now() < end; turn++) {
    const promised = promises[turn % promises.length]!;
    const numRuns = Math.min(TURN, most - tried.get(promised)!);
    if (numRuns === 0) break;
    const runs = await attempt(promised, { seed: randomInt(2 ** 31), numRuns });
    if (runs < 0) return false;
    tried.set(promised, tried.get(promised)! + runs);
  }
  for (const [{ name }, runs] of tried) console.log(`${String(runs).padStart(9)}  ${name}`);
  return true;
}

async function replay(seed: number): Promise<boolean> {
  for (const promised of promises) {
    const path = options.path === undefined ? {} : { path: options.path };
    if ((await attempt(promised, { seed, numRuns: TURN, ...path })) < 0) return false;
    console.log(`holds: ${promised.name}`);
  }
  return true;
}

/** Tries one promise; answers how many inputs it held for, or -1 after saying how to see it broken again. */
async function attempt({ name, property }: Promised, parameters: fc.Parameters<unknown>): Promise<number> {
  const again = `npm run fuzz -- --seed ${parameters.seed} --only '${name}'`;
  let details: fc.RunDetails<unknown>;
  try {
    details = await fc.check(property, parameters);
  } catch (error) {
    // An input's own making failed: the writer refused what is valid, or wrote what is not.
    console.error(`broken: ${name}\n`, error, `\nsee it again: ${again}`);
    return -1;
  }
  if (!details.failed) return details.numRuns;
  console.error(`broken: ${name}\n${fc.defaultReportMessage(details)}\n`);
  console.error(
    `see it again: npm run fuzz -- --seed ${details.seed} --path ${details.counterexamplePath} --only '${name}'`,
  );
  return -1;
}
