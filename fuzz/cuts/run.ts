/** Holds one conversation after another through proxies that cut them, several at a time, and counts. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { FAILURES, Places, type Cut, type Failure, type Lengths, type Plan } from './plan.ts';
import { NOTHING, sum, type Tally } from './flow.ts';
import { Proxy } from './proxy.ts';
import type { Conversation, Subject } from './subject.ts';

/** So long a conversation may take, in milliseconds: then it is stuck. */
const STUCK = 20_000;
/** Conversations without a cut, to learn how long they are. */
const PROBES = 5;
/** Conversations for a place: one may end before it, or take its connection for dead on a busy machine. */
const TRIES = 5;
/** Faults that are kept to be shown. */
const SHOWN = 10;

export interface Settings {
  /** Ends when so many cuts were made; left out: when each place had its turn. */
  readonly cuts?: number;
  /** Conversations at a time. */
  readonly lanes: number;
  /** Only this conversation. */
  readonly plan?: Plan;
  /** Told now and then how many cuts were made, of how many. */
  readonly progress?: (made: number, of: number) => void;
}

type Noticed = { readonly [side in 'client' | 'server']: readonly number[] };

/** What came of all conversations with a subject. */
export interface Outcome {
  readonly subject: string;
  /** Bytes each way of a conversation that is not cut, at the most. */
  readonly lengths: Lengths;
  readonly conversations: number;
  /** Places for the first cut, in whatever manner, and how many of them were cut at. */
  readonly places: number;
  readonly reached: number;
  /** Cuts that were made, by their manner: of the first connection, and of the one that follows. */
  readonly made: Readonly<Record<Failure, readonly [first: number, again: number]>>;
  readonly tally: Tally;
  /** Conversations with something lost; duplicated; reordered. */
  readonly affected: { readonly lost: number; readonly duplicated: number; readonly reordered: number };
  /** Conversations that did not end. */
  readonly stuck: number;
  /** Milliseconds until a side noticed a silence, ascending; where it can say so. */
  readonly noticed: Noticed;
  /** Connections that a client gave up while they stood. */
  readonly falseAlarms: number;
  /** Milliseconds after which this process was called that wanted to be called each millisecond: what the machine adds. */
  readonly late: { readonly p99: number; readonly most: number };
  /** Some conversations in which something went wrong: their plans and what it was. */
  readonly faults: readonly string[];
  readonly seconds: number;
}

/** Counts while conversations end. */
class Count {
  readonly made: Record<Failure, [number, number]> = Object.fromEntries(
    FAILURES.map((how) => [how, [0, 0]]),
  ) as unknown as Record<Failure, [number, number]>;
  readonly noticed: { readonly [side in keyof Noticed]: number[] } = { client: [], server: [] };
  falseAlarms = 0;
  readonly faults: string[] = [];
  readonly affected = { lost: 0, duplicated: 0, reordered: 0 };
  tally: Tally = NOTHING;
  readonly reached = new Set<string>();
  conversations = 0;
  stuck = 0;
  cuts = 0;

  cut(cut: Cut, again: boolean): void {
    this.made[cut.how][again ? 1 : 0]++;
    if (!again) this.reached.add(JSON.stringify(cut));
    this.cuts++;
  }

  /** Whether there was a first cut at this place. */
  reaches(cut: Cut | undefined): boolean {
    return cut === undefined || this.reached.has(JSON.stringify(cut));
  }

  noticing(side: keyof Noticed, cut: { readonly silence: boolean; readonly at: number } | undefined): void {
    if (cut?.silence === true) this.noticed[side].push(performance.now() - cut.at);
    else if (cut === undefined && side === 'client') this.falseAlarms++;
  }

  ended(plan: Plan, { client, server, notes }: Conversation, stuck: boolean): void {
    const tally = sum([client.tally, server.tally]);
    this.conversations++;
    this.tally = sum([this.tally, tally]);
    if (stuck) this.stuck++;
    for (const what of ['lost', 'duplicated', 'reordered'] as const)
      if (tally[what] > 0) this.affected[what]++;
    const { lost, duplicated, reordered } = tally;
    if (lost + duplicated + reordered + notes.length === 0 && !stuck) return;
    const what = [
      `${lost} lost, ${duplicated} duplicated, ${reordered} reordered`,
      ...(stuck ? ['stuck'] : []),
      ...notes,
    ];
    const fault = `--plan '${JSON.stringify(plan)}': ${what.join('; ')}`;
    // what was lost is shown first
    if (lost > 0) this.faults.unshift(fault);
    else this.faults.push(fault);
    this.faults.length = Math.min(SHOWN, this.faults.length);
  }
}

/** One proxy, and one conversation at a time through it. */
class Lane {
  private readonly subject: Subject;
  private readonly proxy: Proxy;
  private readonly count: Count;
  private port = 0;

  constructor(subject: Subject, count: Count) {
    this.subject = subject;
    this.count = count;
    this.proxy = new Proxy(subject.port);
  }

  async open(): Promise<void> {
    this.port = await this.proxy.listen();
  }

  /** @returns the bytes that its first connection has carried. */
  async converse(name: string, plan: Plan): Promise<Lengths> {
    const { subject, proxy, count } = this;
    const cuts: { -readonly [side in keyof Noticed]?: { readonly silence: boolean; readonly at: number } } =
      {};
    proxy.begin(plan, (cut) => {
      count.cut(cut, proxy.connections.length > 1);
      cuts.client = cuts.server = { silence: cut.how.endsWith('silence'), at: performance.now() };
    });
    const conversation = subject.converse(name, this.port, (side) => {
      count.noticing(side, cuts[side]);
      delete cuts[side];
    });
    const stuck = await within(STUCK, conversation.done);
    conversation.stop();
    proxy.end();
    count.ended(plan, conversation, stuck);
    const [first] = proxy.connections;
    return { up: first?.up.carried ?? 0, down: first?.down.carried ?? 0 };
  }

  close(): Promise<void> {
    return this.proxy.close();
  }
}

/** Cuts conversations of a subject. */
export async function run(subject: Subject, settings: Settings): Promise<Outcome> {
  const began = performance.now();
  const lengths = await probe(subject);
  const places = new Places(lengths);
  const { plan, cuts, progress = () => undefined } = settings;
  const round = plan === undefined ? places.round : 1;
  const count = new Count();
  const lateness = monitorEventLoopDelay({ resolution: 1 });
  lateness.enable();
  let next = 0;
  const more = (): boolean => (cuts === undefined ? next < round : count.cuts < cuts);
  const work = async (): Promise<void> => {
    const lane = new Lane(subject, count);
    await lane.open();
    while (more()) {
      const i = next++;
      if (i % 500 === 499) progress(count.cuts, cuts ?? 2 * round);
      const chosen = plan ?? places.plan(i);
      for (let attempt = 0; attempt < TRIES; attempt++) {
        await lane.converse(`conversation ${i}.${attempt}`, chosen);
        if (count.reaches(chosen[0])) break;
      }
    }
    await lane.close();
  };
  await Promise.all(Array.from({ length: settings.lanes }, work));
  lateness.disable();
  const { made, tally, affected, stuck, noticed, falseAlarms, faults, conversations, reached } = count;
  return {
    subject: subject.name,
    lengths,
    conversations,
    places: round,
    reached: reached.size,
    made,
    tally,
    affected,
    stuck,
    noticed: { client: ascending(noticed.client), server: ascending(noticed.server) },
    falseAlarms,
    late: { p99: lateness.percentile(99) / 1e6, most: lateness.max / 1e6 },
    faults,
    seconds: (performance.now() - began) / 1000,
  };
}

function ascending(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}

/** How long conversations are that nobody cuts; they must be without fault. */
async function probe(subject: Subject): Promise<Lengths> {
  const count = new Count();
  const lane = new Lane(subject, count);
  await lane.open();
  let longest: Lengths = { up: 0, down: 0 };
  for (let i = 0; i < PROBES; i++) {
    const { up, down } = await lane.converse(`probe ${i}`, []);
    longest = { up: Math.max(up, longest.up), down: Math.max(down, longest.down) };
  }
  await lane.close();
  if (count.faults.length > 0) throw new Error(`${subject.name} fails uncut: ${count.faults[0]}`);
  return longest;
}

/** Waits for something. @returns whether it took too long. */
async function within(time: number, done: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<true>((resolve) => {
    timer = setTimeout(() => resolve(true), time);
  });
  const stuck = await Promise.race([done.then(() => false as const), late]);
  clearTimeout(timer);
  return stuck;
}
