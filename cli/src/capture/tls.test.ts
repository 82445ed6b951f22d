import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommand, type Ended } from '../../run-command.ts';
import { register } from '../commands/inspect.ts';

const captures = (name: string): string =>
  fileURLToPath(new URL(`../../../spec/captures/${name}`, import.meta.url));
const TLS = captures('tls.pcap');
const KEYS = captures('tls.keys');

const inspect = (...args: readonly string[]): Promise<Ended> => runCommand(register, ['inspect', ...args]);

type Item = Record<string, unknown>;

function items(out: string, type: string): Item[] {
  const all = out.trimEnd().split('\n');
  return all.map((line) => JSON.parse(line) as Item).filter((item) => item['type'] === type);
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'petrel-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('petrel inspect, of TLS', () => {
  it('names it, its version, and the server that the client asked for', async () => {
    const { exitCode, out } = await inspect(TLS);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/#1 > connection 1: \S+ > \S+, tls 1\.2 to cache\.example$/m);
    expect(out).toMatch(/#3 > connection 3: \S+ > \S+, tls 1\.3 to chat\.example$/m);
    const found = items((await inspect(TLS, '--json')).out, 'connection');
    expect(found.map(({ protocol, tls }) => [protocol, tls])).toEqual([
      ['tls', { version: '1.2', serverName: 'cache.example' }],
      ['tls', { version: '1.3', serverName: 'chat.example' }],
      ['tls', { version: '1.3', serverName: 'chat.example' }],
    ]);
  });

  it('says clearly that reading it takes tshark, where that is not installed', async () => {
    vi.stubEnv('PATH', folder);
    const { exitCode, out, err } = await inspect(TLS, '--keylog', KEYS);
    expect(exitCode).toBe(6);
    expect(out).toBe('');
    expect(err).toBe('petrel: TLS is read through tshark, a part of Wireshark, and it is not installed\n');
  });

  it('refuses a key log that is not there, and one for a stream', async () => {
    expect(await inspect(TLS, '--keylog', join(folder, 'none'))).toMatchObject({ exitCode: 2 });
    expect(await inspect(TLS, '--keylog', KEYS, '--follow')).toMatchObject({ exitCode: 2 });
    const path = join(folder, 'frames.bin');
    writeFileSync(path, Buffer.from('b0', 'hex'));
    expect(await inspect(path, '--keylog', KEYS)).toMatchObject({ exitCode: 2 });
  });
});

const missing = (): boolean => {
  try {
    execFileSync('tshark', ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
};

/** The frames of Petrel but those whose number depends on time. */
async function framesOf(...args: string[]): Promise<unknown[]> {
  return items((await inspect('--json', ...args)).out, 'frame')
    .filter(({ kind, protocol }) => protocol === 'petrel' && !['ACK', 'PACK'].includes(String(kind)))
    .map(({ kind, id, verb, size, number, direction }) => [kind, id, verb, size, number, direction]);
}

const sum = (lines: readonly string[]): number =>
  lines.reduce((all, line) => all + line.trim().length / 2, 0);
const sizes = (frames: readonly Item[]): number => frames.reduce((all, { size }) => all + Number(size), 0);

/** Bytes of either side in tshark's own reading of a TLS stream, the fewer first: it does not say who is the client. */
function followed(stream: number): number[] {
  const args = ['-r', TLS, '-o', `tls.keylog_file:${KEYS}`, '-d', 'tls.port==1-65535,data', '-q', '-z', `follow,tls,raw,${stream}`]; // prettier-ignore
  const printed = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = printed.split('\n').filter((line) => /^\t?(?:[0-9a-f]{2})+$/.test(line));
  const one = sum(lines.filter((line) => line.startsWith('\t')));
  return [one, sum(lines) - one].toSorted((a, b) => a - b);
}

/** Without it: apt-get install tshark. */
describe.skipIf(missing())('petrel inspect, of TLS with a key log', () => {
  it('reads what was said, and a session over its connections', async () => {
    const { exitCode, out } = await inspect(TLS, '--keylog', KEYS, '--width', '160');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/#1 > connection 1: \S+ > \S+, resp in TLS$/m);
    expect(out).toMatch(/#1 < REPLY 1 +7 B {2}PONG {2}\d+ us after PING$/m);
    expect(out).toMatch(/#2 > connection 2: \S+ > \S+, petrel in TLS$/m);
    expect(out).toMatch(/#3 > session 1 goes on, after connection 2$/m);
    expect(out).toMatch(/#2 > HELLO .*credentials \(hidden\)$/m);
    expect(out).toMatch(/#3 > CLOSE .*"good night"$/m);
  });

  it('reads the same frames as without TLS', async () => {
    const [inTls, plain] = [await framesOf(TLS, '--keylog', KEYS), await framesOf(captures('petrel.pcap'))];
    expect(inTls).toEqual(plain);
  });

  it('reads as many bytes of each side as tshark', async () => {
    const frames = items((await inspect(TLS, '--keylog', KEYS, '--json')).out, 'frame');
    const read = [1, 2, 3].map((connection) => {
      const whole = frames.filter(
        (item) => item['connection'] === connection && item['packed'] === undefined,
      );
      const client = sizes(whole.filter(({ direction }) => direction === 'client'));
      return [client, sizes(whole) - client].toSorted((a, b) => a - b);
    });
    expect(read).toEqual([0, 1, 2].map(followed));
  });

  it('names what its keys do not open', async () => {
    const some = join(folder, 'some.keys');
    writeFileSync(some, readFileSync(KEYS, 'utf8').split('\n').slice(0, 1).join('\n'));
    const { exitCode, out } = await inspect(TLS, '--keylog', some);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/#1 > connection 1: \S+ > \S+, resp in TLS$/m);
    expect(out).toMatch(/#2 > connection 2: \S+ > \S+, tls 1\.3 to chat\.example$/m);
  });
});
