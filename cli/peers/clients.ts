/** The clients that are tried, and what with. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { CONNECTIONS as IOREDIS_CONNECTIONS } from './ioredis/connections.ts';
import { FLOWS as IOREDIS_FLOWS } from './ioredis/flows.ts';
import { VALUES as IOREDIS_VALUES } from './ioredis/values.ts';
import { REDIS_CLI } from './process.ts';
import { TRIALS as BENCHMARK } from './redis-benchmark.ts';
import { MODES } from './redis-cli/modes.ts';
import { REPLIES } from './redis-cli/replies.ts';
import { CONNECTIONS } from './redis-client/connections.ts';
import { FLOWS } from './redis-client/flows.ts';
import { VALUES } from './redis-client/values.ts';
import type { Client } from './trial.ts';

const require = createRequire(import.meta.url);

const versionOf = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;

/** What a tool of Redis says of itself; they are released together. */
function redisVersion(): string {
  return /[\d.]+/.exec(spawnSync(REDIS_CLI, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[0] ?? '?';
}

export function clients(): readonly Client[] {
  const redis = redisVersion();
  return [
    { name: 'redis-cli', version: redis, trials: [...REPLIES, ...MODES] },
    { name: 'redis-benchmark', version: redis, trials: BENCHMARK },
    {
      name: 'ioredis',
      version: versionOf('ioredis'),
      trials: [...IOREDIS_VALUES, ...IOREDIS_FLOWS, ...IOREDIS_CONNECTIONS],
    },
    {
      name: '@redis/client',
      version: versionOf('@redis/client'),
      trials: [...VALUES, ...FLOWS, ...CONNECTIONS],
    },
  ];
}
