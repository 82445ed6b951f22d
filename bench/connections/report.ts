/** What was measured, as the tables of CONNECTIONS.md. */
import { markdownTable } from '../tables.ts';
import type { Manner } from './hostile.ts';
import type { IdleCost } from './idle.ts';
import { DEADLINES, GRACE, HONEST, type Latency, type Phase, type Siege } from './siege.ts';

const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  quiet: 'nobody else is there',
  opening: 'they connect',
  held: 'they are there',
  closing: 'their deadlines pass',
  whole: 'all of that, from their first to their last',
};

const MANNERS: Readonly<Record<Manner, readonly [what: string, deadline: number]>> = {
  silent: ['connect, and say nothing', DEADLINES.handshakeTimeout],
  slow: ['say their HELLO a byte a second', DEADLINES.handshakeTimeout],
  'slow frame': [
    'have a session, and say a COMMAND a byte a second',
    1000 + DEADLINES.frameTimeout + DEADLINES.patience,
  ],
  gone: ['have a session, and are not heard of any more', DEADLINES.pingInterval + DEADLINES.patience],
};

/** Whether each was ended by the deadline for its manner. */
export function allClosed({ fates }: Siege): boolean {
  return Object.entries(fates).every(
    ([manner, { opened, closedAfter }]) =>
      closedAfter.length === opened && (closedAfter.at(-1) ?? 0) <= MANNERS[manner as Manner][1] + GRACE,
  );
}

/** The p99 of honest clients while the others come, are there, and are closed, over its baseline. */
export function worstRatio({ latencies }: Siege): number {
  const { quiet, opening, held, closing } = latencies;
  return Math.max(opening.p99, held.p99, closing.p99) / quiet.p99;
}

export function siegeTables(siege: Siege): string {
  const { latencies, turns, fates, settings, resident, heap } = siege;
  const phases = (Object.keys(PHASE_NAMES) as Phase[]).map((phase) => [
    PHASE_NAMES[phase],
    ...figures(latencies[phase]),
    (latencies[phase].p99 / latencies.quiet.p99).toFixed(1),
    ...figures(turns[phase]),
  ]);
  const crowd = Object.entries(fates).map(([manner, { opened, closedAfter }]) => {
    const [what, deadline] = MANNERS[manner as Manner];
    const [first, last] = [closedAfter[0] ?? 0, closedAfter.at(-1) ?? 0];
    return [what, count(opened), count(closedAfter.length), `${count(first)} to ${count(last)}`, count(deadline)];
  });
  return `${count(4 * settings.each)} connections at a time, ${count(settings.rate)} more each second, ${settings.rounds} rounds; ${HONEST.clients} honest clients send a command every ${HONEST.every} ms.

${markdownTable(['who', 'opened', 'ended by the server', 'after, in ms', 'deadline'], crowd)}

Milliseconds from an honest client's command to its reply, medians of the rounds, with all that the machine does besides; and
milliseconds of processor that the server had between two replies, in which others can have kept one waiting:

${markdownTable(['while', 'median', 'p99', 'most', 'p99 to that of nobody', 'processor: median', 'p99', 'most'], phases)}

The server's memory for each: ${count(resident)} bytes, of which the heap ${count(heap)}.`;
} // prettier-ignore

export function idleTable(costs: readonly IdleCost[]): string {
  return markdownTable(
    ['10,000 idle connections'.replace('10,000', count(costs[0]!.connections)), 'bytes each', 'of these on the heap', "the kernel's, beside", 'by worker'],
    costs.map(({ name, resident, heap, kernel, spread }) => [
      name,
      count(resident),
      heap === undefined ? '' : count(heap),
      count(kernel),
      spread?.map(count).join(' + ') ?? '',
    ]),
  );
} // prettier-ignore

/** Connections of one machine, by the article that the project began with. */
const MANY = 700_000;
/** Bytes of heap that a process is given: V8 collects a heap of this size in a fraction of a second. */
const HEAP = 2 ** 31;
/** Milliseconds between the PINGs of an idle client, by default. */
const PING_EVERY = 210_000;

/** What 700,000 connections need, by what one does. */
export function onPaper([petrel]: readonly IdleCost[]): string {
  const { resident, heap, kernel } = petrel!;
  const workers = Math.ceil((MANY * heap!) / HEAP);
  const gigabytes = (bytes: number): string => `${((MANY * bytes) / 2 ** 30).toFixed(1)} GB`;
  return `**${count(MANY)} on paper**: ${gigabytes(resident)} in the server's processes, of which ${gigabytes(heap!)} are heap, so at least ${workers}
workers of ${count(HEAP / 2 ** 30)} GB of heap; about ${gigabytes(kernel)} in the kernel for sockets whose buffers are empty; ${count(MANY / workers)} descriptors for each
worker (\`ulimit -n\`), \`fs.nr_open\` and \`fs.file-max\` to match; ${count(MANY / (PING_EVERY / 1000))} PINGs a second, each answered with a byte. One
address and port of a server take all of them: clients differ in their addresses. When all come back at once, after an outage, what a HELLO
costs decides: \`redialAfter\` with its jitter spreads them, and \`maxConnections\` with \`overloadAfter\` turns away who is too many.`;
}

function figures({ median, p99, most }: Latency): string[] {
  return [median, p99, most].map((time) => time.toFixed(time < 10 ? 2 : 1));
}

function count(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}
