/** Random orders. */
import { distinct, networkOf, type Endpoint } from '../endpoint.ts';

/** In place of nothing: an index below `length`, also for a `random` that gives 1. */
function draw(length: number, random: () => number): number {
  return Math.min(length - 1, Math.floor(random() * length));
}

/** All in random order. [Fisher and Yates] */
function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = draw(i + 1, random);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

/**
 * All in random order, where neighbours differ in address wherever that can be, and each next one is of a network, and has a port, of
 * which fewest were before: what blocks one is not asked about it twice in a row, and where a site is down, or all ports but one are
 * blocked, another is soon tried. Where neighbours only differed, 7 % of simulated dials missed the one port of three that was open.
 */
export function spread(endpoints: readonly Endpoint[], random: () => number): Endpoint[] {
  const byAddress = new Map<string, Endpoint[]>();
  for (const each of shuffle(distinct(endpoints), random)) {
    const key = each.address.toLowerCase();
    byAddress.set(key, [...(byAddress.get(key) ?? []), each]);
  }
  const out: Endpoint[] = [];
  const groups = [...byAddress.values()];
  for (let rest = groups.flat().length; rest > 0; rest--) out.push(next(groups, rest, out, random));
  return out;
}

/** Takes one of another address than the last; of the one that would otherwise be left with neighbours, if there is one. */
function next(
  groups: Endpoint[][],
  rest: number,
  before: readonly Endpoint[],
  random: () => number,
): Endpoint {
  const last = before.at(-1);
  const others = groups.filter(([first]) => first !== undefined && !sameAddress(first, last));
  const must = others.find((group) => group.length * 2 > rest);
  const free = others.length > 0 ? others : groups.filter((group) => group.length > 0);
  const apart = fewest(free, ([first]) => networkOf(first!), before.map(networkOf));
  const group = must ?? pickByEndpoint(apart, random);
  const [chosen] = fewest(group, portOf, before.map(portOf));
  return group.splice(group.indexOf(chosen!), 1)[0]!;
}

/** Each endpoint that is left is as likely as any other. */
function pickByEndpoint(groups: readonly Endpoint[][], random: () => number): Endpoint[] {
  const all = groups.flatMap((group) => group.map(() => group));
  return all[draw(all.length, random)]!;
}

function portOf({ port }: Endpoint): number {
  return port;
}

function sameAddress(a: Endpoint, b: Endpoint | undefined): boolean {
  return a.address.toLowerCase() === b?.address.toLowerCase();
}

/** Those whose network or port is that of the fewest. */
function fewest<T>(items: readonly T[], keyOf: (item: T) => unknown, taken: readonly unknown[]): T[] {
  const counts = items.map((item) => taken.filter((key) => key === keyOf(item)).length);
  const least = Math.min(...counts);
  return items.filter((_, i) => counts[i] === least);
}
