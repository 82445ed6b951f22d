/** Makes a plan that breaks a promise short: fewer steps, plainer ones, a plainer world, as long as something breaks. */
import type { Action, Plan, Step } from './plan.ts';
import { simulate } from './run.ts';

/** Runs that are spent on it at most. */
const MOST_RUNS = 1500;

/** What is tried in place of a value, the plainest first. */
const PLAINER: Partial<Plan> = {
  packs: false,
  journals: false,
  takeAfter: -1,
  sync: 7,
  delay: 1,
  buffer: 65_536,
  ackDelay: 0,
  windowFrames: 1024,
  windowBytes: 65_536,
  outboxFrames: 64,
};

export interface Shrunk {
  readonly plan: Plan;
  readonly fault: string;
}

/**
 * @param broken a plan that breaks something.
 * @param run what simulates it: the code that is at fault.
 * @returns a short plan that breaks something too, if not the same.
 */
export function shrink(broken: Plan, run: typeof simulate = simulate): Shrunk {
  const { fault } = run(broken);
  if (fault === undefined) throw new RangeError('this plan breaks nothing');
  const search = new Search({ plan: broken, fault }, run);
  while (search.round());
  return search.best;
}

class Search {
  best: Shrunk;
  private left = MOST_RUNS;

  private readonly run: typeof simulate;

  constructor(best: Shrunk, run: typeof simulate) {
    this.best = best;
    this.run = run;
  }

  /** @returns whether anything became shorter or plainer. */
  round(): boolean {
    const dropped = this.dropSteps();
    const world = this.plainWorld();
    return this.plainSteps() || dropped || world;
  }

  private dropSteps(): boolean {
    let any = false;
    for (let size = this.best.plan.steps.length; size >= 1; size >>= 1)
      for (let at = 0; at < this.best.plan.steps.length;) {
        const { plan } = this.best;
        if (this.try({ ...plan, steps: plan.steps.toSpliced(at, size) })) any = true;
        else at += size;
      }
    return any;
  }

  private plainWorld(): boolean {
    let any = false;
    for (const [name, value] of Object.entries(PLAINER)) {
      const { plan } = this.best;
      if (plan[name as keyof Plan] !== value && this.try({ ...plan, [name]: value })) any = true;
    }
    const { plan } = this.best;
    const steps = plan.steps.map((step) => ({ ...step, client: 0 }));
    return (plan.clients > 1 && this.try({ ...plan, clients: 1, steps })) || any;
  }

  private plainSteps(): boolean {
    let any = false;
    for (let at = 0; at < this.best.plan.steps.length; at++)
      for (const step of plainer(this.best.plan.steps[at]!)) {
        const { plan } = this.best;
        if (this.try({ ...plan, steps: plan.steps.with(at, step) })) any = true;
      }
    return any;
  }

  private try(plan: Plan): boolean {
    if (this.left-- <= 0) return false;
    const { fault } = this.run(plan);
    if (fault === undefined) return false;
    this.best = { plan, fault };
    return true;
  }
}

/** A step with one of its numbers smaller, or one of its flags off. */
function plainer(step: Step): Step[] {
  const { action } = step;
  const simpler: Step[] = [];
  for (const [name, value] of Object.entries(action) as [keyof Action, unknown][])
    for (const instead of plainerValues(value))
      simpler.push({ ...step, action: { ...action, [name]: instead } as Action });
  return simpler;
}

function plainerValues(value: unknown): readonly unknown[] {
  if (value === true) return [false];
  return typeof value === 'number' && value > 0 ? [0, value >> 1].filter((less) => less < value) : [];
}
