/** One simulated run of a plan: deterministic to the byte. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { ClientApp, ServerApp, type Shared } from './apps.ts';
import { Clock } from './clock.ts';
import { Broken, Ledger } from './ledger.ts';
import { Connection, type Cut } from './network.ts';
import type { Plan } from './plan.ts';
import { Random } from './random.ts';

export interface Result {
  readonly trace: readonly string[];
  readonly digest: string;
  readonly fault: string | undefined;
}

/** After the last step the network is good: this long until all must be settled. */
const SETTLE = 3_000_000;
const MOST_EVENTS = 200_000;

export function simulate(plan: Plan): Result {
  const trace: string[] = [];
  const hash = createHash('sha256');
  let fault: string | undefined;
  const clock = new Clock();
  const log = (line: string): void => {
    trace.push(`${clock.now} ${line}`);
    hash.update(trace.at(-1)!);
  };
  try {
    perform(plan, clock, log);
  } catch (error) {
    fault = error instanceof Broken ? error.message : String((error as Error).stack);
  }
  return { trace, digest: hash.digest('hex'), fault };
}

function perform(plan: Plan, clock: Clock, log: (line: string) => void): void {
  const random = new Random(plan.seed ^ 0x5eed);
  const ledger = new Ledger();
  const { windowFrames, windowBytes, outboxFrames, ackDelay, delay } = plan;
  const shared: Shared = {
    clock,
    random,
    ledger,
    journals: plan.journals,
    options: {
      window: { frames: windowFrames, bytes: windowBytes },
      outbox: { frames: outboxFrames },
      ackDelay,
      patience: 4 * delay + 500,
      handshakeTimeout: 8 * delay + 1000,
      frameTimeout: 8 * delay + 1000,
      pingInterval: 10_000,
      ...(plan.packs && {
        deflate: (bytes: Uint8Array) => deflateRawSync(bytes),
        inflate: (bytes: Uint8Array, _: unknown, length: number) => inflateRawSync(bytes, { maxOutputLength: Math.max(1, length) }),
      }),
    },
    log,
  };
  const server = new ServerApp(shared);
  let cut: Cut | undefined;
  let live: Connection | undefined;
  const client = new ClientApp(
    shared,
    () => {
      const connection = new Connection(clock, random, delay, cut);
      cut = undefined;
      live = connection;
      return connection;
    },
    (connection) => clock.after(delay + random.below(2 * delay), () => server.take(connection)),
  );
  void live;
  let texts = 0;
  for (const { at, action } of plan.steps) {
    clock.after(at, () => {
      log(`do ${JSON.stringify(action)}`);
      switch (action.do) {
        case 'command':
        case 'push':
          return client.act(action, `${action.do[0]}${++texts}`);
        case 'serverPush':
          return server.push(action.size, `s${++texts}`, action.news);
        case 'cut':
          cut = action;
          return live?.cutSoon(action);
        case 'reconnect':
          return clock.after(action.delay, () => client.dial());
        case 'stall':
          return (action.client ? client : server).stall(action.time);
        case 'crash':
          return action.client ? client.crash(action.down) : server.crash(action.down);
        case 'forget':
          return server.forget();
      }
    });
  }
  client.dial();
  const end = (plan.steps.at(-1)?.at ?? 0) + 60_000;
  clock.after(end, () => {
    log('closes');
    client.close();
  });
  let events = 0;
  while (clock.step(end + SETTLE)) if (++events > MOST_EVENTS) throw new Broken('it does not come to rest');
  if (client.session.state !== 'closed') throw new Broken(`the client is ${client.session.state} at the end`);
  server.end();
  ledger.close();
}
