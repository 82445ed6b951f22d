/** What becomes of one attempt: a TCP connection, and one request and its answer on it, packet by packet. */
import type { Random } from '../../fuzz/session/random.ts';
import { exponential, share } from './dice.ts';
import type { End, Path } from './world.ts';

/** Times; Infinity for what never happens, if nobody closes it before. */
export interface Fate {
  /** When the first packet left that came to a server of ours: it has seen a connection. */
  readonly seen: number;
  readonly connects: number;
  readonly verifies: number;
  readonly fails: number;
}

/** What a packet meets that leaves at a time. */
export type Way = (at: number) => Path;

/** Milliseconds after the first at which a packet is sent again: SYN and SYN-ACK. [RFC 6298, 2.1 and 5.5] */
const SYN_RESENT = [0, 1000, 3000, 7000, 15_000];
/** Linux does not wait less than this beyond the round trip for data. RFC 6298 says a second: then all strategies are slower. */
const LEAST_RTO = 200;
const RESENT = [0, 1, 3, 7, 15];
/** Milliseconds in which a server answers. */
const SERVER = 1;

interface Sent {
  readonly left: number;
  readonly arrived: number;
}

/** The first of these packets to arrive: those that would leave later are not sent any more. */
function first(sends: readonly number[], way: Way, random: Random, needed: End): Sent {
  let best: Sent = { left: Infinity, arrived: Infinity };
  for (const left of sends) {
    if (left >= best.arrived) break;
    const { end, delay, jitter, loss } = way(left);
    const [luck, own] = [share(random), exponential(random, jitter)];
    const arrived = luck < loss || end !== needed ? Infinity : left + delay + own;
    if (arrived < best.arrived) best = { left, arrived };
  }
  return best;
}

const NEVER: Fate = { seen: Infinity, connects: Infinity, verifies: Infinity, fails: Infinity };

/** @param at when it starts. */
export function fateOf(at: number, way: Way, random: Random): Fate {
  const { end } = way(at);
  switch (end) {
    case 'unroutable':
      return { ...NEVER, fails: at };
    case 'refuses':
      return { ...NEVER, fails: refused(at, way, random) };
    case 'portal':
      return talk(at, way, random, 'portal');
    case 'server':
    case 'silent':
      return talk(at, way, random, 'server');
    default:
      return end satisfies never;
  }
}

function refused(at: number, way: Way, random: Random): number {
  const { arrived } = first(after(at, SYN_RESENT), way, random, 'refuses');
  return first(after(arrived, SYN_RESENT), way, random, 'refuses').arrived;
}

/** Connects, asks and is answered. */
function talk(at: number, way: Way, random: Random, who: 'server' | 'portal'): Fate {
  const syn = first(after(at, SYN_RESENT), way, random, who);
  const seen = who === 'server' ? syn.left : Infinity;
  const connects = first(after(syn.arrived, SYN_RESENT), way, random, who).arrived;
  if (connects === Infinity) return { ...NEVER, seen };
  const rto = timeoutOf(2 * way(connects).delay);
  const asked = first(after(connects, RESENT, rto), way, random, who).arrived;
  const answered = first(after(asked + SERVER, RESENT, rto), way, random, who).arrived;
  const [verifies, fails] = who === 'server' ? [answered, Infinity] : [Infinity, answered];
  return { seen, connects, verifies, fails };
}

/** After the first measured round trip: it and four deviations, which are half of it. [RFC 6298, 2.2] */
function timeoutOf(rtt: number): number {
  return rtt + Math.max(LEAST_RTO, 2 * rtt);
}

function after(at: number, delays: readonly number[], unit = 1): number[] {
  return at === Infinity ? [] : delays.map((delay) => at + delay * unit);
}
