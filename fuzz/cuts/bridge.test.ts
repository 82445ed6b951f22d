/**
 * Unmodified clients of Redis through both halves of the built `petrel bridge`, while a proxy between them cuts most links, each
 * after another number of bytes, in both directions and in every way: what they get is what the server itself gives.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBridge, type Bridge } from '../../cli/peers/bridge.ts';
import { clients } from '../../cli/peers/clients.ts';
import { redisCli } from '../../cli/peers/process.ts';
import type { Endpoint, Trial } from '../../cli/peers/trial.ts';
import { startRedis } from '../../spec/redis.ts';
import { isMissing, REDIS, type Started } from '../../spec/servers.ts';
import type { Cut } from './plan.ts';
import { Proxy } from './proxy.ts';

/** Links in a plan: more than a trial has. */
const LINKS = 4000;
/** Bytes that a first link needs until it stands: who is not reached at once is told so. */
const HANDSHAKE = 90;
/** Silence costs a second each, for the halves take so long to notice: not with redis-cli, which prints how long it waited. */
const WAYS = ['fin', 'rst', 'half fin', 'fin', 'rst', 'fin', 'rst'] as const;
const IMPATIENT = ['--ping-after', '1', '--dead-after', '2'];

/** Two of three links are cut, each after more bytes than the one before, up to some hundreds, in turns upwards and downwards. */
function plan(seed: number, silence: boolean): (Cut | undefined)[] {
  return Array.from({ length: LINKS }, (_, i): Cut | undefined => {
    const step = seed + i;
    if (step % 3 === 2) return undefined;
    const how = silence && step % 17 === 0 ? 'silence' : WAYS[step % WAYS.length]!;
    return { up: step % 2 === 0, bytes: HANDSHAKE + ((step * 13) % 130), how };
  });
}

/** All of ioredis, some of redis-cli, which takes longer. Trials in which the server dies have an outcome of their own. */
const trials = clients()
  .filter(({ name }) => name === 'redis-cli' || name === 'ioredis')
  .flatMap(({ name, trials: all }) => all.map((trial) => ({ name, trial, what: trial.what })))
  .filter(({ name }, i) => name === 'ioredis' || i % 5 === 1)
  .filter(({ trial: { what, protocols } }) => !what.includes('killed') && (protocols?.includes(3) ?? true));

describe.skipIf(isMissing(REDIS))('a bridge whose links are cut', () => {
  let redis: Started;
  let bridge: Bridge;
  let proxy: Proxy;
  let cuts = 0;

  beforeAll(async () => {
    redis = await startRedis();
    // the tables of its commands are put in order as they are used: before that, what it lists changes its order
    await redisCli({ port: redis.port, protocol: 2 }, [], { input: 'FUNCTION STATS\n'.repeat(100) });
    bridge = await startBridge(redis.port, [], {
      options: IMPATIENT,
      between: (port) => {
        proxy = new Proxy(port);
        return proxy.listen();
      },
    });
  });
  afterAll(async () => {
    await proxy.close();
    await redis.stop();
  });

  async function outcomeOf(trial: Trial, port: number): Promise<unknown> {
    const at: Endpoint = { port, protocol: 3, restart: () => Promise.reject(new Error('not here')) };
    await redisCli({ port: redis.port, protocol: 2 }, [], { input: 'FLUSHALL\nFUNCTION FLUSH\nSCRIPT FLUSH\nACL DELUSER ann\n' });
    return trial.run(at);
  } // prettier-ignore

  it.each(trials)('gives $name what the server gives: $what', async ({ name, trial }) => {
    const direct = await outcomeOf(trial, redis.port);
    const i = trials.findIndex((other) => other.trial === trial);
    proxy.begin(plan(i, name === 'ioredis' && i % 5 === 0), () => cuts++);
    expect(await outcomeOf(trial, bridge.port)).toEqual(trial.bridged ? trial.bridged.gives : direct);
  });

  it('has cut links in each trial, and answered every command', async () => {
    const { commands, replies, open } = await bridge.stop();
    expect(cuts).toBeGreaterThan(trials.length);
    expect([replies, open]).toEqual([commands, 0]);
  });
});
