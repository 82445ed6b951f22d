import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommand, type Ended } from '../../run-command.ts';
import { register } from '../commands/inspect.ts';

const CAPTURES = new URL('../../../spec/captures/', import.meta.url).pathname;
const REDIS = join(CAPTURES, 'redis.pcapng');

const inspect = (...args: readonly string[]): Promise<Ended> => runCommand(register, ['inspect', ...args]);

/** The JSON lines of a type. */
function items(out: string, type: string): Record<string, unknown>[] {
  const all = out.trimEnd().split('\n');
  return all
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((item) => item['type'] === type);
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'petrel-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
});

describe('petrel inspect, of a capture', () => {
  it('shows what was said on each connection, and what it comes to', async () => {
    const { exitCode, out } = await inspect(REDIS, '--width', '100');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^ +0\.000000 #1 > connection 1: 127\.0\.0\.1:\d+ > 127\.0\.0\.1:7399, resp$/m);
    expect(out).toMatch(/#2 > COMMAND 5 +23 B {2}get "name"$/m);
    expect(out).toMatch(/#2 < REPLY 5 +9 B {2}"Ada" {2}\d+ us after get$/m);
    expect(out).toMatch(/#3 < PUSH +38 B {2}message "news" "hello"$/m);
    expect(out).toMatch(/#1 < REPLY 1 +7 B {2}PONG/m);
    expect(out).toMatch(/^77 packets, 13,309 bytes$/m);
    expect(out).toMatch(/^ +221 ms {2}BLPOP 8|^ +2\d\d ms {2}BLPOP 8/m);
  });

  it('hides passwords unless they are asked for', async () => {
    expect((await inspect(REDIS)).out).toMatch(/AUTH \(hidden\)/);
    expect((await inspect(REDIS, '--json')).out).not.toContain('secret');
    expect((await inspect(REDIS, '--show-credentials')).out).toMatch(/AUTH "secret"/);
  });

  it('says the same of pcap and pcapng', async () => {
    const [a, b] = [await inspect(REDIS, '--json'), await inspect(join(CAPTURES, 'redis.pcap'), '--json')];
    expect(b).toEqual(a);
  });

  it('shows what a filter lets through, skips and stops, and still counts all', async () => {
    const { out } = await inspect(
      REDIS,
      '--json',
      '--filter',
      'kind = COMMAND',
      '--skip',
      '1',
      '--limit',
      '2',
    );
    expect(items(out, 'frame').map(({ verb }) => verb)).toEqual(['SET', 'MULTI']);
    expect(items(out, 'summary')[0]).toMatchObject({ packets: 77, unanswered: 0, faults: 0 });
  });

  it('says what is wrong with a filter', async () => {
    const { exitCode, err } = await inspect(REDIS, '--filter', 'size >');
    expect(exitCode).toBe(2);
    expect(err).toContain('a value is expected');
  });

  it('refuses what is of captures for other input', async () => {
    const path = join(folder, 'frames.bin');
    writeFileSync(path, Buffer.from('b0', 'hex'));
    expect(await inspect(path, '--filter', 'size > 1')).toMatchObject({ exitCode: 2 });
    expect(await inspect(path, '--follow')).toMatchObject({ exitCode: 2 });
  });

  it('shows what there is of a capture that ends too soon, and fails', async () => {
    const path = join(folder, 'cut.pcapng');
    writeFileSync(path, readFileSync(REDIS).subarray(0, 9000));
    const { exitCode, out, err } = await inspect(path);
    expect(exitCode).toBe(3);
    expect(out).toMatch(/#2 < REPLY 5/);
    expect(err).toContain('the file ends within a packet');
  });

  it('follows a capture that grows until it is interrupted', async () => {
    const path = join(folder, 'live.pcapng');
    const bytes = readFileSync(REDIS);
    writeFileSync(path, bytes.subarray(0, 5000));
    const ended = inspect(path, '--follow', '--json');
    await new Promise((resolve) => setTimeout(resolve, 300));
    appendFileSync(path, bytes.subarray(5000));
    await new Promise((resolve) => setTimeout(resolve, 500));
    process.emit('SIGINT');
    const { exitCode, out } = await ended;
    expect(exitCode).toBe(0);
    expect(items(out, 'summary')[0]).toMatchObject({ packets: 77 });
  });
});

const TSHARK = 'tshark';
const missing = (): boolean => {
  try {
    execFileSync(TSHARK, ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
};

/** Without it: apt-get install tshark. */
describe.skipIf(missing())('beside tshark', () => {
  for (const name of ['redis.pcapng', 'redis.pcap', 'petrel.pcap', 'tls.pcap']) {
    it(`counts the packets and bytes of each connection alike: ${name}`, async () => {
      const file = join(CAPTURES, name);
      const fields = ['tcp.stream', 'tcp.srcport', 'tcp.len', 'frame.len'].flatMap((field) => ['-e', field]);
      const printed = execFileSync(TSHARK, ['-r', file, '-Y', 'tcp', '-T', 'fields', ...fields], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const theirs = new Map<string, { packets: number; payload: number; wire: number }>();
      for (const row of printed.trimEnd().split('\n')) {
        const [stream, port, length, wire] = row.split('\t').map(Number);
        const key = `${stream! + 1} ${port}`;
        const side = theirs.get(key) ?? { packets: 0, payload: 0, wire: 0 };
        theirs.set(key, {
          packets: side.packets + 1,
          payload: side.payload + length!,
          wire: side.wire + wire!,
        });
      }
      const { out } = await inspect(file, '--json');
      const ends = new Map(items(out, 'connection').map((item) => [item['connection'], item]));
      const ours = items(out, 'closed').flatMap((item) => {
        const end = ends.get(item['connection'])!;
        return (['client', 'server'] as const).map((side) => {
          const { packets, payload, wire } = item[side] as Record<string, number>;
          return [
            `${String(item['connection'])} ${String(end[side]).split(':').at(-1)}`,
            { packets, payload, wire },
          ] as const;
        });
      });
      expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
    });
  }

  for (const name of ['redis.pcapng', 'redis.pcap', 'petrel.pcap']) {
    it(`reads as many bytes of frames, commands and replies: ${name}`, async () => {
      const file = join(CAPTURES, name);
      const out = (await inspect(file, '--json')).out;
      const whole = items(out, 'frame').filter(({ packed }) => packed === undefined);
      const bytes = whole.reduce((sum, { size }) => sum + Number(size), 0);
      const args = ['-r', file, '-Y', 'tcp.len > 0', '-T', 'fields', '-e', 'tcp.len'];
      const printed = execFileSync(TSHARK, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      expect(bytes).toBe(
        printed
          .trimEnd()
          .split('\n')
          .reduce((sum, length) => sum + Number(length), 0),
      );
    });
  }
});
