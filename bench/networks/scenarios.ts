/** Networks that lose messages, as data. README.md says what is assumed. */
import type { Random } from '../../fuzz/session/random.ts';
import { endpointKey, type Endpoint } from '../../src/link/policy/index.ts';
import { LTE, train, UMTS, WIFI } from './accesses.ts';
import { between, exponential, shuffled } from './dice.ts';
import { BOTH, distance, FIVE, NEAR, PORTS } from './places.ts';
import { MINUTE, SECOND, wishes, type Life, type Scenario, type Wish } from './scenario.ts';
import { Spans } from './spans.ts';
import type { Access, End, World } from './world.ts';

const LEARNED = 10;

/** One link, that never changes. */
function steady(access: Access, end: (endpoint: Endpoint, at: number) => End = () => 'server'): World {
  return { access: () => access, changesAt: () => Infinity, distance, end };
}

const wifi: Scenario = {
  id: 'wifi',
  name: 'good Wi-Fi',
  endpoints: BOTH,
  live: (random) => ({ world: steady(WIFI), wishes: wishes(random, LEARNED) }),
};

const umts: Scenario = {
  id: '3g',
  name: '3G, asleep',
  endpoints: BOTH,
  live: (random) => ({ world: steady(UMTS, withoutV6), wishes: wishes(random, LEARNED) }),
};

function withoutV6({ address }: Endpoint): End {
  return address.includes(':') ? 'unroutable' : 'server';
}

/** In a tunnel nobody is reachable: who wants a link there has the wish when it ends. */
const lossyTrain: Scenario = {
  id: 'train',
  name: 'lossy train',
  endpoints: BOTH,
  live: (random) => {
    const { access, tunnels } = train(random);
    const after = (at: number): number => (tunnels.isOn(at) ? tunnels.endOf(at) : at);
    const all = wishes(random, LEARNED, 2 * MINUTE);
    return { world: steady(access), wishes: all.map(({ at, phase }) => ({ at: after(at), phase })) };
  },
};

const portal: Scenario = {
  id: 'portal',
  name: 'captive portal that blocks ports',
  endpoints: PORTS,
  live: (random) => ({ world: steady(WIFI, behindPortal), wishes: wishes(random, LEARNED) }),
};

function behindPortal({ port }: Endpoint): End {
  if (port === 443) return 'server';
  return port === 80 ? 'portal' : 'silent';
}

const dead: Scenario = {
  id: 'dead',
  name: '3 of 5 addresses dead',
  endpoints: FIVE,
  live: (random) => {
    const gone = new Set(shuffled(random, FIVE).slice(0, 3).map(endpointKey));
    const end = (endpoint: Endpoint): End => (gone.has(endpointKey(endpoint)) ? 'silent' : 'server');
    return { world: steady(LTE, end), wishes: wishes(random, LEARNED) };
  },
};

/** Between Wi-Fi and a carrier, a link lost each time; a Wi-Fi that is just in reach loses much. */
const flapping: Scenario = {
  id: 'flapping',
  name: 'flapping between Wi-Fi and LTE',
  endpoints: BOTH,
  live: flap,
};

function flap(random: Random): Life {
  const stay = (): number => 2 * SECOND + exponential(random, 20 * SECOND);
  const indoors = new Spans(stay, stay);
  const edge: Access = { ...WIFI, loss: 0.03, queue: 10 };
  const world: World = {
    ...steady(LTE, () => 'server'),
    access: (at) => (indoors.isOn(at) ? edge : LTE),
    changesAt: (at) => indoors.endOf(at),
  };
  const changes: Wish[] = [{ at: 0, phase: 'cold' }];
  for (let i = 0; i < 30; i++) {
    const at = world.changesAt(changes[i]!.at);
    changes.push({ at, phase: i < 20 ? 'learning' : 'learned' });
  }
  return { world, wishes: changes };
}

const OUTAGE_AT = 90 * MINUTE;
const OUTAGE_ENDS = 150 * MINUTE;
const near = new Set(NEAR.map(endpointKey));

function isOut(at: number): boolean {
  return at >= OUTAGE_AT && at < OUTAGE_ENDS;
}

function regional(): World {
  return steady(LTE, (endpoint, at) => (near.has(endpointKey(endpoint)) && isOut(at) ? 'silent' : 'server'));
}

/** In the outage: whoever comes new, and those whose links it has cut, who lose some more. */
const outage: Scenario = {
  id: 'outage',
  name: 'regional outage',
  endpoints: BOTH,
  live: (random) => {
    if (random.chance(50)) return { world: regional(), wishes: [inOutage(random, 'cold')] };
    const before = wishes(random, 0).map(({ at }): Wish => ({ at, phase: 'learning' }));
    const cut: Wish = { at: OUTAGE_AT + between(random, 0, MINUTE), phase: 'learned' };
    const later = [1, 2, 3].map((n): Wish => ({ at: cut.at + n * 10 * MINUTE, phase: 'learned' }));
    return { world: regional(), wishes: [...before.filter(({ at }) => at < OUTAGE_AT), cut, ...later] };
  },
};

function inOutage(random: Random, phase: 'cold' | 'learning'): Wish {
  return { at: between(random, OUTAGE_AT, OUTAGE_ENDS - MINUTE), phase };
}

/** When it is over: of what the outage has taught, nothing holds any more. */
const recovery: Scenario = {
  id: 'recovery',
  name: 'its recovery',
  endpoints: BOTH,
  live: (random) => {
    const during = Array.from({ length: 4 }, () => inOutage(random, 'learning'));
    const before = wishes(random, 0).filter(({ at }) => at < OUTAGE_AT);
    const after = [1, 2, 3, 4, 5, 6].map((n): Wish => ({
      at: OUTAGE_ENDS + n * 5 * MINUTE + between(random, 0, MINUTE),
      phase: 'learned',
    }));
    const learning = [...before, ...during].map(({ at }): Wish => ({ at, phase: 'learning' }));
    return { world: regional(), wishes: [...learning.toSorted((a, b) => a.at - b.at), ...after] };
  },
};

export const SCENARIOS: readonly Scenario[] = [
  wifi,
  umts,
  lossyTrain,
  portal,
  dead,
  flapping,
  outage,
  recovery,
];
