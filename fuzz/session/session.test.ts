/** Simulates sessions briefly, and hunts a few planted bugs; `npm run fuzz:session` does so for as long as asked. */
import { describe, expect, it } from 'vitest';
import { BUGS } from './bugs/bugs.ts';
import { hunt, upTo } from './bugs/hunt.ts';
import { patched } from './bugs/patched.ts';
import { planOf, type Plan } from './plan.ts';
import { simulate } from './run.ts';
import { shrink } from './shrink.ts';

const SEEDS = 2000;
/** What is tried on a bug when its own seed does not catch it any more. */
const SPARE_SEEDS = 200;

const QUIET: Plan = {
  seed: 1,
  clients: 1,
  delay: 20,
  buffer: 65_536,
  windowFrames: 1024,
  windowBytes: 65_536,
  outboxFrames: 64,
  ackDelay: 50,
  packs: false,
  journals: false,
  takeAfter: -1,
  sync: 7,
  steps: [],
};

describe('a simulated session', () => {
  it(`delivers all once and in order, or tells the sender, with ${SEEDS} seeds`, () => {
    const broken: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { fault } = simulate(planOf(seed), false);
      if (fault !== undefined) broken.push(`npm run fuzz:session -- --seed ${seed}: ${fault}`);
    }
    expect(broken).toEqual([]);
  });

  it('runs the same way with the same seed, byte for byte', () => {
    for (const seed of [3, 14, 159]) {
      const first = simulate(planOf(seed));
      const second = simulate(planOf(seed));
      expect(second.digest).toBe(first.digest);
      expect(second.trace).toEqual(first.trace);
    }
  });

  it('runs another way with another seed', () => {
    expect(simulate(planOf(4)).digest).not.toBe(simulate(planOf(5)).digest);
  });

  it('opens, stands still but for its heartbeat, and closes when nothing is to be done', () => {
    const { trace, fault } = simulate(QUIET);
    expect(fault).toBeUndefined();
    const events = trace.filter((line) => line.includes('"type"'));
    expect(events.map((line) => JSON.parse(line.slice(line.indexOf('{'))).type)).toEqual([
      'open',
      'open',
      'closed',
      'closed',
    ]);
  });
});

describe('a planted bug', () => {
  it.each(BUGS)('is caught: $name ($source)', async (bug) => {
    expect(await hunt(bug, [bug.seed, ...upTo(SPARE_SEEDS)])).toBeDefined();
  });

  it('is refused when the code that it changes is not there', async () => {
    const edits = [{ file: 'outbox.ts', find: 'nowhere to be found', put: '' }];
    await expect(patched(edits)).rejects.toThrow('should have this once');
  });

  it('leaves a simulation without changes as it is', async () => {
    const same = await patched([
      { file: 'outbox.ts', find: 'export class Outbox {', put: 'export class Outbox {' },
    ]);
    expect(same(planOf(7)).digest).toBe(simulate(planOf(7)).digest);
  });

  it('is shortened to a plan that still breaks something', async () => {
    const twice = BUGS.find(({ name }) => name === 'what comes twice is delivered twice')!;
    const broken = await patched(twice.edits);
    const seed = [...upTo(100)].find((seed) => broken(planOf(seed)).fault !== undefined)!;
    const { plan, fault } = shrink(planOf(seed), broken);
    expect(fault).toContain('twice');
    expect(plan.steps.length).toBeLessThan(5);
    expect(broken(plan).fault).toBe(fault);
  });
});
