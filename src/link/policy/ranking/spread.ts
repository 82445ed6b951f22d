/** Random orders. */
import { distinct, type Endpoint } from '../endpoint.ts';

/** In place of nothing: an index below `length`, also for a `random` that gives 1. */
function draw(length: number, random: () => number): number {
  return Math.min(length - 1, Math.floor(random() * length));
}

/** All in random order. [Fisher and Yates] */
export function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = draw(i + 1, random);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

/**
 * All in random order, where neighbours differ in address wherever that can be, and in port where the address leaves a choice:
 * what blocks one is not asked about it twice in a row.
 */
export function spread(endpoints: readonly Endpoint[], random: () => number): Endpoint[] {
  const byAddress = new Map<string, Endpoint[]>();
  for (const each of shuffle(distinct(endpoints), random)) {
    const key = each.address.toLowerCase();
    byAddress.set(key, [...(byAddress.get(key) ?? []), each]);
  }
  const out: Endpoint[] = [];
  const groups = [...byAddress.values()];
  for (let rest = groups.flat().length; rest > 0; rest--) out.push(next(groups, rest, out.at(-1), random));
  return out;
}

/** Takes one of another address than the last; of the one that would otherwise be left with neighbours, if there is one. */
function next(
  groups: Endpoint[][],
  rest: number,
  last: Endpoint | undefined,
  random: () => number,
): Endpoint {
  const others = groups.filter(([first]) => first !== undefined && !sameAddress(first, last));
  const must = others.find((group) => group.length * 2 > rest);
  const free = others.length > 0 ? others : groups.filter((group) => group.length > 0);
  const group = must ?? pickByEndpoint(free, random);
  const at = group.findIndex(({ port }) => port !== last?.port);
  return group.splice(Math.max(0, at), 1)[0]!;
}

/** Each endpoint that is left is as likely as any other. */
function pickByEndpoint(groups: Endpoint[][], random: () => number): Endpoint[] {
  const all = groups.flatMap((group) => group.map(() => group));
  return all[draw(all.length, random)]!;
}

function sameAddress(a: Endpoint, b: Endpoint | undefined): boolean {
  return a.address.toLowerCase() === b?.address.toLowerCase();
}
