/**
 * Redis's own tools and unmodified clients, each against a server and then through both halves of the built `petrel bridge`:
 * what works with the server works through the bridge, with equal results. PEERS.md is what ran.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis } from '../../spec/redis.ts';
import { isMissing, REDIS, type Started } from '../../spec/servers.ts';
import { startBridge, type Bridge } from './bridge.ts';
import { clients } from './clients.ts';
import { redisCli } from './process.ts';
import { key, page } from './table.ts';
import type { Endpoint, Outcome, Protocol, Trial } from './trial.ts';

const all = clients();
/** How many connections the server has. */
async function connections(port: number): Promise<number> {
  const { out } = await redisCli({ port, protocol: 2 }, ['INFO', 'clients']);
  return Number(/^connected_clients:(\d+)/m.exec(out)?.[1]);
}

const isIn = ({ protocols }: Trial, protocol: Protocol): boolean => protocols?.includes(protocol) ?? true;

describe.skipIf(isMissing(REDIS))('through the bridge', () => {
  let redis: Started;
  let bridge: Bridge;
  const outcomes = new Map<string, Outcome>();

  beforeAll(async () => {
    redis = await startRedis();
    bridge = await startBridge(redis.port);
  });
  afterAll(async () => {
    await bridge.stop();
    await redis.stop();
  });

  function at(port: number, protocol: Protocol): Endpoint {
    return {
      port,
      protocol,
      async restart() {
        await redis.stop();
        redis = await startRedis(redis.port);
      },
    };
  }

  /** Runs a trial on a server that holds nothing. */
  async function outcomeOf(trial: Trial, port: number, protocol: Protocol): Promise<unknown> {
    const input = 'FLUSHALL\nFUNCTION FLUSH\nSCRIPT FLUSH\nACL DELUSER ann\n';
    await redisCli(at(redis.port, 2), [], { input });
    return trial.run(at(port, protocol));
  }

  for (const client of all) {
    describe.each([2, 3] as const)(
      `${client.name} has in RESP%s what the server itself gives:`,
      (protocol) => {
        it.each(client.trials.filter((trial) => isIn(trial, protocol)))('$what', async (trial) => {
          const { what, expected, bridged } = trial;
          const direct = await outcomeOf(trial, redis.port, protocol);
          expect(direct).toEqual(expected);
          expect(await outcomeOf(trial, bridge.port, protocol)).toEqual(bridged ? bridged.gives : direct);
          outcomes.set(key(client, protocol, what), bridged?.outcome ?? 'same');
        });
      },
    );
  }

  it('no connection is left behind', async () => {
    // Ends when there is only the one that asks.
    while ((await connections(redis.port)) > 1);
    expect(await connections(bridge.port)).toBe(1);
  });

  it('all that PEERS.md says, and nothing else', async () => {
    await expect(page(all, outcomes)).toMatchFileSnapshot('PEERS.md');
  });
});
