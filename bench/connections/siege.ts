/** Thousands who bring nothing, and what honest clients notice of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../statistics.ts';
import type { honest } from './honest.ts';
import type { Fate, hostile, Manner } from './hostile.ts';
import type { petrelServer } from './petrel-server.ts';
import { Role } from './role.ts';

/** The server's deadlines in milliseconds; those of a default server are twice to sixty times as long. */
export const DEADLINES = {
  handshakeTimeout: 5000,
  frameTimeout: 5000,
  pingInterval: 3000,
  patience: 2000,
};
/** What each deadline may be exceeded by: looks, timers, and the two seconds that a server gives a peer for its last bytes. */
export const GRACE = 2500;

export const HONEST = { clients: 20, every: 20 };
const PHASES = ['quiet', 'opening', 'held', 'closing', 'whole'] as const;
export type Phase = (typeof PHASES)[number];

export interface SiegeSettings {
  /** Connections of each manner. */
  readonly each: number;
  /** Connections that are opened in a second. */
  readonly rate: number;
  readonly rounds: number;
}

/** Milliseconds from commands to their replies. */
export interface Latency {
  readonly median: number;
  readonly p99: number;
  readonly most: number;
}

export interface Siege {
  readonly settings: SiegeSettings;
  /** Medians over the rounds. */
  readonly latencies: Readonly<Record<Phase, Latency>>;
  /** Milliseconds of processor that the server had between two replies: how long one can have waited for others, whatever else the machine does. */
  readonly turns: Readonly<Record<Phase, Latency>>;
  /** Bytes of the server's memory for each connection while all are held: all of it, and the heap's. */
  readonly resident: number;
  readonly heap: number;
  /** Of all rounds. */
  readonly fates: Readonly<Record<Manner, Fate>>;
}

const MANNERS: readonly Manner[] = ['silent', 'slow', 'slow frame', 'gone'];

class Field {
  // what helpers of the collector would do beside it is counted, and waited for, in its own time
  readonly server = new Role<typeof petrelServer>('petrel-server.ts', [
    '--expose-gc',
    '--single-threaded-gc',
    // as `startWorkers` does
    '--max-semi-space-size=2',
  ]);
  readonly honest = new Role<typeof honest>('honest.ts');
  readonly hostile = MANNERS.map(
    (manner) => [manner, new Role<typeof hostile>('hostile.ts', [], 19)] as const,
  );

  end(): void {
    for (const role of [this.server, this.honest, ...this.hostile.map(([, role]) => role)]) role.end();
  }
}

/** @throws Error when a part of it fails, or not all connections came to stand. */
export async function siege(settings: SiegeSettings): Promise<Siege> {
  const field = new Field();
  try {
    const port = await field.server.ask('listen', DEADLINES);
    await field.honest.ask('begin', { port, ...HONEST });
    const rounds: Round[] = [];
    for (let i = 0; i < settings.rounds; i++) rounds.push(await round(field, port, settings));
    const fates: [Manner, Fate][] = [];
    for (const [manner, role] of field.hostile) fates.push([manner, await role.ask('fate')]);
    return {
      settings,
      latencies: byPhase((phase) => middle(rounds.map(({ latencies }) => latencies[phase]))),
      turns: byPhase((phase) => middle(rounds.map(({ turns }) => turns[phase]))),
      // later rounds find room that the first has made
      resident: rounds[0]!.resident,
      heap: median(rounds.map(({ heap }) => heap)),
      fates: Object.fromEntries(fates) as Record<Manner, Fate>,
    };
  } finally {
    field.end();
  }
}

function byPhase(of: (phase: Phase) => Latency): Record<Phase, Latency> {
  return Object.fromEntries(PHASES.map((phase) => [phase, of(phase)])) as Record<Phase, Latency>;
}

interface Round {
  readonly latencies: Readonly<Record<Phase, Latency>>;
  readonly turns: Readonly<Record<Phase, Latency>>;
  readonly resident: number;
  readonly heap: number;
}

async function round(field: Field, port: number, { each, rate }: SiegeSettings): Promise<Round> {
  const { server, honest, hostile } = field;
  const latencies: Partial<Record<Phase, Latency>> = {};
  const turns: Partial<Record<Phase, Latency>> = {};
  const besieged = { times: [] as number[], spent: [] as number[] };
  const ends = async (phase: Phase): Promise<void> => {
    const [times, spent] = [await honest.ask('times'), await server.ask('spent')];
    latencies[phase] = latencyOf(times);
    turns[phase] = latencyOf(spent);
    if (phase === 'quiet') return;
    besieged.times.push(...times);
    besieged.spent.push(...spent);
  };
  const before = await server.ask('memory');
  await rest(field);
  await sleep(3000);
  await ends('quiet');
  const pace = rate / hostile.length;
  await Promise.all(
    hostile.map(async ([manner, role]) => role.ask('open', { port, count: each, manner, pace })),
  );
  await ends('opening');
  const held = (await server.ask('connections')) - HONEST.clients;
  const { resident, heap } = await server.ask('memory');
  await rest(field);
  await until(async () => (await server.ask('connections')) < held + HONEST.clients);
  await ends('held');
  await until(async () => (await server.ask('connections')) <= HONEST.clients);
  await ends('closing');
  latencies.whole = latencyOf(besieged.times);
  turns.whole = latencyOf(besieged.spent);
  return {
    latencies: latencies as Record<Phase, Latency>,
    turns: turns as Record<Phase, Latency>,
    resident: (resident - before.resident) / held,
    heap: (heap - before.heap) / held,
  };
}

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(50);
}

/** What was measured while garbage was collected is forgotten. */
async function rest({ honest, server }: Field): Promise<void> {
  await sleep(300);
  await honest.ask('times');
  await server.ask('spent');
}

function latencyOf(times: readonly number[]): Latency {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { median: at(0.5), p99: at(0.99), most: at(1) };
}

function middle(latencies: readonly Latency[]): Latency {
  const of = (name: keyof Latency): number => median(latencies.map((latency) => latency[name]));
  return { median: of('median'), p99: of('p99'), most: of('most') };
}
