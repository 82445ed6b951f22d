/** Runs the tools that come with Redis, unmodified. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Address } from './trial.ts';

export const REDIS_CLI = '/usr/bin/redis-cli';

interface Ended {
  /** The exit code; null where `until` was met. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Options {
  readonly input?: string | Uint8Array;
  /** Ends the tool, one that runs until somebody ends it, once its output matches. */
  readonly until?: RegExp;
  /** Called when the output first has the text: the tool listens from then on. */
  readonly once?: readonly [text: string, then: () => unknown];
}

/** What a tool prints, as Latin-1, so that each byte is a character. */
export async function run(command: string, args: readonly string[], options: Options = {}): Promise<Ended> {
  const { REDISCLI_AUTH: _, ...env } = process.env;
  const child = spawn(command, args, { env: { ...env, TERM: 'dumb' }, timeout: 60_000 });
  const output = { out: '', err: '' };
  let waiting = options.once;
  const takes = (name: 'out' | 'err') => (chunk: string) => {
    output[name] += chunk;
    if (waiting && output.out.includes(waiting[0])) {
      waiting[1]();
      waiting = undefined;
    }
    if (options.until?.test(output.out + output.err)) child.kill('SIGKILL');
  };
  child.stdout.setEncoding('latin1').on('data', takes('out'));
  child.stderr.setEncoding('latin1').on('data', takes('err'));
  // A tool that refuses its arguments does not wait for its input.
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}

/** `redis-cli` connected to the endpoint, in its protocol. */
export function redisCli(at: Address, args: readonly string[], options?: Options): Promise<Ended> {
  return run(REDIS_CLI, ['-h', '127.0.0.1', '-p', String(at.port), `-${at.protocol}`, ...args], options);
}

/** What `redis-cli` prints in its form for people, of a command that succeeds. */
export async function typed(at: Address, ...args: string[]): Promise<string> {
  const { code, out, err } = await redisCli(at, ['--no-raw', ...args]);
  return code === 0 ? out + err : `${out}${err}exit code ${code}`;
}

/** What `redis-cli` prints of a script on its standard input. */
export async function script(at: Address, lines: readonly string[], ...args: string[]): Promise<string[]> {
  const { out, err } = await redisCli(at, ['--no-raw', ...args], { input: `${lines.join('\n')}\n` });
  return (out + err).trimEnd().split('\n');
}
