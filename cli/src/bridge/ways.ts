/** How the half at the clients reaches the other one: endpoints in the order in which they are wanted, raced with head starts. */
import { Dialler, parseAddress, Routes, type RouteOptions } from 'petrel/link/connect';
import { DialTimes, endpointKey, type AttemptReport, type Endpoint } from 'petrel/link/policy';
import type { Open } from 'petrel/link';
import { reasonOf } from './side.ts';

/** Who dials. */
export interface Caller {
  /** A transport stands: `open` hands it out. */
  reached(endpoint: Endpoint, open: Open): void;
  /** None does. */
  unreachable(reason: string): void;
}

/** So long an endpoint that failed comes behind those that have not. */
const SHUNNED = 60_000;
/** So long a dial may take. */
const DEADLINE = 5000;
/** Times are kept for one network: a half does not travel. */
const LABEL = '';

/** The clock of `petrel/link/connect`. */
function clock(): number {
  return performance.timeOrigin + performance.now();
}

export class Ways {
  private readonly routes: Routes;
  private readonly times = new DialTimes();
  private readonly failedAt = new Map<string, number>();

  /** @param addresses best first. @throws TypeError for what is no address. */
  constructor(addresses: readonly string[], options: RouteOptions) {
    this.routes = new Routes(
      addresses.map((text) => parseAddress(text)),
      options,
    );
  }

  /** @returns what gives the dial up. */
  dial(caller: Caller): () => void {
    const dial = new Dial(this, this.routes, caller);
    return () => dial.stop();
  }

  /** A session stood there. */
  works(endpoint: Endpoint): void {
    this.failedAt.delete(endpointKey(endpoint));
  }

  /** It did not connect, or no session stood: others come before it for a while. */
  fails(endpoint: Endpoint): void {
    this.failedAt.set(endpointKey(endpoint), clock());
  }

  /** A connection took so long. */
  took(endpoint: Endpoint, milliseconds: number): void {
    this.times.learn(LABEL, endpoint, milliseconds);
  }

  headStart(endpoint: Endpoint): number {
    return this.times.headStart(LABEL, endpoint);
  }

  /** Those that have not failed of late, and then the others, the earliest failure first. */
  inOrder(endpoints: readonly Endpoint[]): Endpoint[] {
    const since = clock() - SHUNNED;
    const failed = (endpoint: Endpoint): number => Math.max(since, this.failedAt.get(endpointKey(endpoint)) ?? 0);
    return endpoints.toSorted((a, b) => failed(a) - failed(b));
  } // prettier-ignore
}

/** One dial: who connects first is taken. */
class Dial {
  private readonly ways: Ways;
  private readonly routes: Routes;
  private readonly caller: Caller;
  private readonly dialler: Dialler;
  private reason = 'it does not answer';
  private timer: NodeJS.Timeout | undefined;
  private over = false;

  constructor(ways: Ways, routes: Routes, caller: Caller) {
    this.ways = ways;
    this.routes = routes;
    this.caller = caller;
    const headStart = (endpoint: Endpoint): number => ways.headStart(endpoint);
    const race = { headStart, deadline: DEADLINE, attemptTimeout: DEADLINE, first: 'given' as const };
    this.dialler = new Dialler(this, race, clock());
    void this.start();
  }

  stop(): void {
    this.over = true;
    clearTimeout(this.timer);
    this.dialler.cancel(clock());
  }

  /** What a name resolves to joins the race when it is known. */
  private async start(): Promise<void> {
    const { dialler, routes, ways } = this;
    const join = (endpoints: readonly Endpoint[]): void => {
      dialler.add(ways.inOrder(endpoints), clock());
      this.moved();
    };
    join(routes.literal);
    await Promise.all(routes.resolve().map(async (found) => join(await found)));
    dialler.noMore(clock());
  }

  // Of the dialler.

  openOf(endpoint: Endpoint): Open {
    return this.routes.open(endpoint);
  }

  tries(endpoint: Endpoint, open: Open): void {
    if (this.over) return;
    this.over = true;
    this.caller.reached(endpoint, open);
    // whether a session stands on it is the caller's to see: one that is answered late is not raced
    this.dialler.verified(clock());
  }

  ended(dialler: Dialler, won: Endpoint | undefined): void {
    clearTimeout(this.timer);
    const attempts = dialler.report();
    for (const attempt of attempts) this.learn(attempt);
    if (won !== undefined || this.over) return;
    this.over = true;
    this.caller.unreachable(attempts.length === 0 ? 'the name is not known' : this.reason);
  }

  moved(): void {
    clearTimeout(this.timer);
    if (this.over) return;
    const wait = Math.max(1, Math.ceil(this.dialler.nextTimeout() - clock()));
    this.timer = setTimeout(() => {
      this.dialler.handleTimeout(clock());
      this.moved();
    }, wait);
  }

  failed(endpoint: Endpoint, error: Error): void {
    this.reason = reasonOf(error);
    this.ways.fails(endpoint);
  }

  private learn({ endpoint, outcome, startedAt, connectedAt = startedAt }: AttemptReport): void {
    if (outcome === 'won') this.ways.took(endpoint, connectedAt - startedAt);
    else if (outcome === 'timeout' || outcome === 'overtaken') this.ways.fails(endpoint);
  }
}
