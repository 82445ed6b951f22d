/** `petrel tap` and `petrel replay` as they were built: what they print, record and end with. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const PETREL = fileURLToPath(new URL('../../dist/petrel.js', import.meta.url));

let folder: string;
const cleanUps: (() => void)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'petrel-'));
});

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
  rmSync(folder, { recursive: true });
});

/** The built command, running. */
class Running {
  out = '';
  err = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown[]>;

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [PETREL, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout!.on('data', (chunk) => (this.out += String(chunk)));
    this.child.stderr!.on('data', (chunk) => (this.err += String(chunk)));
    this.ended = once(this.child, 'close');
    cleanUps.push(() => this.child.kill('SIGKILL'));
  }

  /** Waits until it has printed this. */
  async says(stream: 'stdout' | 'stderr', text: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = text.exec(stream === 'stdout' ? this.out : this.err);
      if (found !== null) return found;
      await once(this.child[stream]!, 'data');
    }
  }

  /** @returns its exit code. */
  async end(signal?: 'SIGINT'): Promise<number> {
    if (signal !== undefined) this.child.kill(signal);
    return (await this.ended)[0] as number;
  }
}

/** A server that answers each thing that it hears with a PONG of Redis. */
async function serve(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write('+PONG\r\n'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanUps.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Says this through a tap, hears the answer, and leaves. */
async function ask(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.end();
  await once(socket, 'close');
  return String(answer);
}

async function tapped(
  to: number,
  ...more: readonly string[]
): Promise<{ readonly tap: Running; readonly port: number }> {
  const tap = new Running(['tap', '--listen', '127.0.0.1:0', '--to', `127.0.0.1:${to}`, ...more]);
  const [, port] = await tap.says('stderr', /listening on 127\.0\.0\.1:(\d+), to 127\.0\.0\.1:\d+\n/);
  return { tap, port: Number(port) };
}

const PING = '*1\r\n$4\r\nPING\r\n';
const AUTH = '*2\r\n$4\r\nAUTH\r\n$6\r\nsesame\r\n';

describe('petrel tap, as built', () => {
  it('shows what passes while it passes, and at the end what it came to', async () => {
    const { tap, port } = await tapped(await serve(), '--color', 'never');
    expect(await ask(port, PING)).toBe('+PONG\r\n');
    await tap.says('stdout', /#1 < REPLY 1 +7 B {2}PONG {2}[\d.]+ .?s after PING\n/);
    await ask(port, AUTH);
    await tap.says('stdout', /#2 < REPLY 1/);
    expect(await tap.end('SIGINT')).toBe(0);
    expect(tap.out).toMatch(/^ +0\.000000 #1 > connection 1: 127\.0\.0\.1:\d+ > 127\.0\.0\.1:\d+, resp$/m);
    expect(tap.out).toMatch(/^ +\d\.\d{6} #1 > COMMAND 1 +14 B {2}PING$/m);
    expect(tap.out).toMatch(/#2 > COMMAND 1 +26 B {2}AUTH \(hidden\)$/m);
    expect(tap.out).toMatch(/^4 frames: 54 \(/m);
    expect(tap.out).not.toContain('sesame');
    expect(tap.err).toMatch(/^petrel: listening on \S+ to \S+\n$/);
  });

  it('prints JSON lines, and frames that a filter lets through', async () => {
    const { tap, port } = await tapped(await serve(), '--json', '--filter', 'kind = REPLY');
    await ask(port, PING);
    await tap.says('stdout', /"REPLY"/);
    expect(await tap.end('SIGINT')).toBe(0);
    const items = tap.out.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
    expect(items.filter(({ type }) => type === 'frame')).toMatchObject([
      { kind: 'REPLY', verb: 'PING', text: 'PONG' },
    ]);
    expect(items.at(-1)).toMatchObject({ type: 'summary', frames: 2, bytes: 21 });
  });

  it('says what is wrong with its options, and where it can not listen', async () => {
    const port = await serve();
    const taken = new Running(['tap', '--listen', `127.0.0.1:${port}`, '--to', '127.0.0.1:1']);
    expect(await taken.end()).toBe(2);
    expect(taken.err).toMatch(/^petrel: can't listen on 127\.0\.0\.1:\d+: EADDRINUSE\n$/);
    const nowhere = new Running([
      'tap',
      '--listen',
      '0',
      '--to',
      '1',
      '--record',
      join(folder, 'no', 'such.pcapng'),
    ]);
    expect(await nowhere.end()).toBe(2);
    expect(nowhere.err).toMatch(/^petrel: can't write .*ENOENT\n$/);
    const filter = new Running(['tap', '--listen', '0', '--to', '1', '--filter', 'size >']);
    expect(await filter.end()).toBe(2);
  });
});

describe('petrel replay, as built', () => {
  it('says again what a tap recorded, and prints what came of it', async () => {
    const record = join(folder, 'talk.pcapng');
    const { tap, port } = await tapped(await serve(), '--quiet', '--record', record);
    await ask(port, PING);
    await ask(port, AUTH);
    expect(await tap.end('SIGINT')).toBe(0);
    expect(tap.out).not.toMatch(/#1 > COMMAND/);
    expect(tap.out).toMatch(/^4 frames: /m);

    const to = ['--to', `127.0.0.1:${await serve()}`, '--speed', 'max', '--wait', '5'];
    const told = new Running(['replay', record, ...to]);
    expect(await told.end()).toBe(0);
    expect(told.out).toMatch(
      /^2 connections, 40 bytes sent in \d+\.\d{3} s; the server said 14 bytes, in the capture 14\n$/,
    );
    const json = new Running(['replay', record, ...to, '--json']);
    expect(await json.end()).toBe(0);
    expect(JSON.parse(json.out)).toMatchObject({ connections: 2, failed: 0, sent: 40, recorded: 14, received: 14, missing: 0 }); // prettier-ignore

    const shown = new Running(['inspect', record, '--json']);
    expect(await shown.end()).toBe(0);
    expect(shown.out.match(/"type":"frame"/g)).toHaveLength(4);
  });

  it('says where nobody listens, and what is no capture', async () => {
    const redis = fileURLToPath(new URL('../../../spec/captures/redis.pcap', import.meta.url));
    const probe = createServer();
    await once(probe.listen(0, '127.0.0.1'), 'listening');
    const { port } = probe.address() as AddressInfo;
    await once(probe.close(), 'close');
    const refused = new Running([
      'replay',
      redis,
      '--to',
      `127.0.0.1:${port}`,
      '--speed',
      'max',
      '--wait',
      '1',
    ]);
    expect(await refused.end()).toBe(2);
    expect(refused.err).toBe(`petrel: no connection to 127.0.0.1:${port} stood\n`);
    const other = new Running(['replay', PETREL, '--to', '1']);
    expect(await other.end()).toBe(2);
    expect(other.err).toContain('it is no capture');
  });
});
