/** `petrel connect`, `serve` and `probe` as they were built, with each other. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { connect } from 'petrel/link/connect';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../run-command.ts';
import { CERTIFICATE, KEY } from '../../../src/link/transport/helpers.test.ts';
import { register as connectCommand } from '../commands/connect.ts';
import { register as probeCommand } from '../commands/probe.ts';
import { register as serveCommand } from '../commands/serve.ts';

const PETREL = fileURLToPath(new URL('../../dist/petrel.js', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'petrel-link-'));
const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
const credentials = join(folder, 'credentials.json');
writeFileSync(credentials, '"me"');
writeFileSync(cert, CERTIFICATE);
writeFileSync(key, KEY);

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The built command, to its end. */
async function petrel(args: readonly string[], input = ''): Promise<Ended> {
  const child = spawn(process.execPath, [PETREL, ...args], { stdio: 'pipe' });
  const ended = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (ended.out += String(chunk)));
  child.stderr.on('data', (chunk) => (ended.err += String(chunk)));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...ended };
}

interface Server {
  readonly child: ChildProcess;
  /** By scheme. */
  readonly at: { readonly [scheme: string]: string };
  end(): Promise<number>;
}

async function serve(schemes: readonly string[], flags: readonly string[] = []): Promise<Server> {
  const args = ['serve', '--echo', '--json', '--cert', cert, '--key', key, ...flags];
  const addresses = schemes.map((scheme) => `${scheme}://127.0.0.1:0`);
  const child = spawn(process.execPath, [PETREL, ...args, ...addresses], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = once(child, 'close');
  let out = '';
  while (out.split('"listening"').length <= schemes.length)
    out += String((await once(child.stdout, 'data'))[0]);
  const found = Array.from(out.matchAll(/"address":"((\w+):[^"]+)"/g), ([, address, scheme]) => [
    scheme!,
    address!,
  ]);
  return {
    child,
    at: Object.fromEntries(found) as Record<string, string>,
    async end() {
      child.kill('SIGTERM');
      return (await closed)[0] as number;
    },
  };
}

/** A port that nobody listens on. */
async function refusedAddress(): Promise<string> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `tcp://127.0.0.1:${port}`;
}

const SCHEMES = ['tcp', 'tls', 'ws', 'wss', 'http', 'https'] as const;
let server: Server;

beforeAll(async () => {
  server = await serve(SCHEMES);
});

afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true });
});

describe('petrel connect', () => {
  it('talks over every transport, certificates verified', async () => {
    const trust = ['--ca', cert, '--servername', 'localhost'];
    const ended = await Promise.all(
      SCHEMES.map((scheme) => petrel(['connect', '--json', ...trust, server.at[scheme]!, 'ECHO', scheme])),
    );
    expect(ended).toEqual(SCHEMES.map((scheme) => ({ code: 0, out: `{"reply":"${scheme}"}\n`, err: '' })));
  });

  it('believes no certificate that nobody vouches for, unless it is told to, and says so', async () => {
    const [doubted, insecure] = await Promise.all([
      petrel(['connect', '--ready', '1', server.at['tls']!, 'ECHO', '1']),
      petrel(['connect', '--insecure', server.at['tls']!, 'ECHO', '1']),
    ]);
    expect(doubted).toMatchObject({
      code: 7,
      out: '',
      err: expect.stringContaining('no server has answered'),
    });
    expect(insecure).toMatchObject({
      code: 0,
      out: '(integer) 1\n',
      err: expect.stringContaining('nobody knows'),
    });
  });

  it('shows replies with their types, and no control character of the server', async () => {
    const text = 'bell\u0007 \u001b[31mred \u009b1m';
    const { out, code } = await petrel([
      'connect',
      server.at['tcp']!,
      'ECHO',
      text,
      '[1, 2.5, null, true, {"k": []}]',
    ]);
    expect(code).toBe(0);
    // eslint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(out).toContain('(integer) 1');
    expect(out).toContain('(double) 2.5');
    expect(out).toContain('"k" => (empty array)');
    const { out: json } = await petrel(['connect', '--json', server.at['tcp']!, 'ECHO', text]);
    // eslint-disable-next-line no-control-regex
    expect(json.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(JSON.parse(json)).toEqual({ reply: text });
  });

  it('takes commands from standard input, one after the other, and ends with the lowest fault', async () => {
    const lines = [
      'ECHO 1',
      '# nothing',
      '',
      'PUSH NEWS {"a": "b"}',
      'FAIL "ERR no"',
      'PARTS 2',
      'ECHO "',
      `ECHO 'a b'`,
    ];
    const { out, code } = await petrel(['connect', '--json', server.at['tcp']!], lines.join('\n'));
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { reply: 1 },
      { push: 'NEWS', args: [{ a: 'b' }] },
      { reply: null },
      { reply: { $error: 'ERR no' } },
      { part: 1 },
      { part: 2 },
      { reply: 2 },
      { error: '" has no end' },
      { reply: 'a b' },
    ]);
    expect(code).toBe(4);
  });

  it('ends with codes of its own', async () => {
    const cases: readonly (readonly [code: number, ...words: string[]])[] = [
      [8, 'FAIL', 'ERR no'],
      [7, '--within', '0.05', 'WAIT', '5000'],
      [4, 'ECHO', '[1'],
      [3, 'ECHO', '[1,]'],
    ];
    const ended = await Promise.all(
      cases.map(([, ...words]) => petrel(['connect', server.at['tcp']!, ...words])),
    );
    expect(ended.map(({ code }) => code)).toEqual(cases.map(([code]) => code));
  });

  it.each<[string, (program: Command) => void, string[]]>([
    ['no address', connectCommand, ['connect', 'ECHO']],
    ['an address that is none', connectCommand, ['connect', 'quic://host:1']],
    [
      'credentials where they can be read',
      connectCommand,
      ['connect', '--credentials', credentials, 'tcp://127.0.0.1:1', 'A'],
    ],
    ['a file that is not there', connectCommand, ['connect', '--ca', '/nowhere', 'tls://127.0.0.1:1', 'A']],
    ['a server that answers nothing', serveCommand, ['serve', 'tcp://127.0.0.1:0']],
    ['a certificate without its key', serveCommand, ['serve', '--echo', '--cert', 'x', 'tls://127.0.0.1:0']],
    ['TLS without a certificate', serveCommand, ['serve', '--echo', 'tls://127.0.0.1:0']],
    ['a strategy that is none', probeCommand, ['probe', '--strategy', 'x', 'tls://127.0.0.1:1']],
  ])('is wrong usage with %s', async (_what, register, args) => {
    const ended = await runCommand(register, args);
    vi.restoreAllMocks();
    expect(ended).toMatchObject({ exitCode: 2, out: '' });
    expect(ended.err).toMatch(/^(?:petrel|error): /);
  });

  it('falls back where the better address is refused', async () => {
    const { out } = await petrel(['connect', await refusedAddress(), server.at['http']!, 'ECHO', 'here']);
    expect(out).toBe('"here"\n');
  });
});

describe('petrel probe', () => {
  it('shows who was tried when, who won, and why others failed', async () => {
    const refused = await refusedAddress();
    const { out, code } = await petrel(['probe', '--json', refused, server.at['ws']!]);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const key = `ws ${server.at['ws']!.replace(/^ws:\/\/|\/petrel$/g, '')}`;
    expect(lines).toMatchObject([
      {
        attempt: 1,
        endpoint: refused.replace('://', ' '),
        outcome: 'failed',
        error: expect.stringContaining('ECONNREFUSED'),
      },
      { attempt: 2, endpoint: key, outcome: 'won' },
      { race: { won: key, strategy: 'composite' } },
    ]);
    expect(code).toBe(0);
    const table = await petrel(['probe', refused, server.at['ws']!]);
    expect(table.out).toMatch(
      /^endpoint +started +connected +ended +outcome\n.*ECONNREFUSED.*\n.*won\n.* has won\n$/,
    );
  });

  it('asks all of them where nobody is to win, and ends with 7 where nobody answers', async () => {
    const { out } = await petrel([
      'probe',
      '--json',
      '--strategy',
      'all',
      server.at['tcp']!,
      server.at['http']!,
    ]);
    expect(out.match(/"outcome":"won"/g)).toHaveLength(2);
    expect(await petrel(['probe', await refusedAddress()])).toMatchObject({ code: 7 });
  });
});

describe('petrel serve', () => {
  it('logs what happens, with verbs, ids and sizes, and neither arguments nor credentials', async () => {
    const other = await serve(['tcp']);
    let out = '';
    other.child.stdout!.on('data', (chunk) => (out += String(chunk)));
    const client = await connect({
      endpoints: [other.at['tcp']!],
      session: { agent: 'a\u009btest', credentials: 'hush' },
      plainCredentials: true,
    });
    await client.command('AUTH', ['me', 'hush']);
    await client.command('FAIL', ['hush']).catch(() => undefined);
    await client.push('TYPING', ['bob']);
    const waiting = client.command('WAIT', [60_000], { signal: AbortSignal.timeout(20) });
    await waiting.catch(() => undefined);
    await client.close({ text: 'enough' });
    await vi.waitUntil(() => out.includes('"closed"'));
    await other.end();
    expect(out).not.toContain('hush');
    // eslint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const size = { bytes: expect.any(Number) };
    const one = { session: 1 };
    expect(lines).toMatchObject([
      { event: 'session', ...one, agent: 'a\u009btest' },
      { event: 'command', ...one, id: 1, verb: 'AUTH', args: 2, bytes: 11 },
      { event: 'reply', ...one, id: 1, verb: 'AUTH', error: false, ...size, took: expect.any(Number) },
      { event: 'command', ...one, verb: 'FAIL', ...size },
      { event: 'reply', ...one, verb: 'FAIL', error: true },
      { event: 'push', ...one, verb: 'TYPING', args: ['bob'] },
      { event: 'command', ...one, verb: 'WAIT' },
      { event: 'cancel', ...one, id: expect.any(Number) },
      { event: 'reply', ...one, verb: 'WAIT' },
      { event: 'closed', ...one, by: 'peer', code: 0, text: 'enough' },
    ]);
    for (const { time } of lines) expect(Date.parse(String(time))).toBeGreaterThan(0);
  });

  it('answers what was asked before it ends', async () => {
    const other = await serve(['tcp']);
    const client = await connect({ endpoints: [other.at['tcp']!] });
    const waiting = client.command('WAIT', [300]);
    // commands are taken in their order
    await client.command('ECHO', [1]);
    const ended = other.end();
    expect(await waiting).toBeNull();
    expect(await ended).toBe(0);
    await client.stop();
  });

  it('takes clients in several processes, answers what they asked, and ends them all', async () => {
    const other = await serve(['tcp', 'tls'], ['--workers', '2']);
    let out = '';
    other.child.stdout!.on('data', (chunk) => (out += String(chunk)));
    const endpoints = [other.at['tcp']!];
    const clients = [await connect({ endpoints }), await connect({ endpoints })];
    const waiting = clients.map((client) => client.command('WAIT', [300]));
    await Promise.all(clients.map((client) => client.command('ECHO', [1])));
    // who has a session of its own hears nothing of the other's
    expect(await clients[0]!.command('PUBLISH', ['NEWS'])).toBe(1);
    const ended = other.end();
    expect(await Promise.all(waiting)).toEqual([null, null]);
    expect(await ended).toBe(0);
    await Promise.all(clients.map((client) => client.stop()));
    const began = out.split('\n').filter((line) => line.includes('"session","'));
    expect(began).toHaveLength(2);
    // each numbers its sessions, so that they differ by both
    expect(new Set(began.map((line) => /"worker":\d+,"session":\d+/.exec(line)![0])).size).toBe(2);
  });
});
