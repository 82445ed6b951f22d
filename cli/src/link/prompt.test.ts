/** The prompt of `petrel connect` on a terminal, which `script` of util-linux makes: the built command, keys, and what the screen gets. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listen, type LinkServer } from 'petrel/link/connect';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const PETREL = fileURLToPath(new URL('../../dist/petrel.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'petrel-prompt-'));
const history = join(folder, 'history');

/** In CI nothing is skipped: there a missing command is a failure. */
const missing =
  !/util-linux/.test(String(spawnSync('script', ['--version']).stdout)) && process.env['CI'] === undefined;

const UP = '\u001b[A';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

class Terminal {
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown[]>;
  /** All that the screen has got, and how far it was looked at. */
  private text = '';
  private seen = 0;

  constructor(address: string) {
    const command = [process.execPath, PETREL, 'connect', '--history', history, address];
    const quoted = command.map((word) => `'${word}'`).join(' ');
    this.child = spawn('script', ['-qefc', quoted, '/dev/null'], {
      env: { ...process.env, TERM: 'xterm', NO_COLOR: '1', SHELL: '/bin/sh' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child.stdout!.on('data', (chunk) => (this.text += String(chunk)));
    this.closed = once(this.child, 'close');
  }

  type(keys: string): void {
    this.child.stdin!.write(keys);
  }

  /** Waits for this, behind what was waited for before. */
  async shows(text: string): Promise<void> {
    await vi
      .waitUntil(() => this.text.includes(text, this.seen), { timeout: 20_000 })
      .catch(() => {
        throw new Error(`${JSON.stringify(text)} is not in ${JSON.stringify(this.text.slice(this.seen))}`);
      });
    this.seen = this.text.indexOf(text, this.seen) + text.length;
  }

  /** Whether the screen got this at any time. */
  hasShown(text: string): boolean {
    return this.text.includes(text);
  }

  async ended(): Promise<unknown> {
    return (await this.closed)[0];
  }

  kill(): void {
    this.child.kill();
  }
}

describe.skipIf(missing)('a prompt', () => {
  let server: LinkServer;
  const open: Terminal[] = [];

  beforeAll(async () => {
    server = await listen({
      at: ['tcp://127.0.0.1:0'],
      commands: {
        SEND: ([value]) => value!,
        WAIT: async () => new Promise(() => undefined),
        AUTH: () => null,
      },
    });
  });
  afterAll(async () => {
    for (const each of open) each.kill();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const terminal = async (): Promise<Terminal> => {
    const one = new Terminal(server.addresses[0]!);
    open.push(one);
    await one.shows('> ');
    return one;
  };

  it(
    'completes verbs, shows replies, and pushes above what is being typed',
    { timeout: 60_000 },
    async () => {
      const one = await terminal();
      one.type('sen\t');
      await one.shows('SEND');
      one.type(' hello\r');
      await one.shows('"hello"');
      await one.shows('> ');
      one.type('SEND half');
      await one.shows('half');
      for (const peer of server.peers) await peer.push('NEWS', ['bell\u0007']);
      await one.shows('push "NEWS"');
      await one.shows('> SEND half');
      one.type(' 2\r');
      await one.shows('"half"');
      expect(one.hasShown('\u0007')).toBe(false);
      one.type(CTRL_D);
      expect(await one.ended()).toBe(0);
    },
  );

  it(
    'gives up a command that waits, and a line, with Ctrl-C, and remembers lines, but for secrets',
    { timeout: 60_000 },
    async () => {
      const one = await terminal();
      one.type(`${UP}${UP}\r`);
      await one.shows('"hello"');
      one.type('AUTH hush\r');
      await one.shows('(nil)');
      one.type('WAIT 1\r');
      await one.shows('WAIT 1');
      one.type(CTRL_C);
      await one.shows('given up');
      await one.shows('> ');
      one.type('SEND never');
      await one.shows('never');
      one.type(CTRL_C);
      await one.shows('> ');
      one.type('SEND once\r');
      await one.shows('"once"');
      expect(one.hasShown('"never"')).toBe(false);
      await one.shows('> ');
      // an empty line ends with it
      one.type(CTRL_C);
      expect(await one.ended()).toBe(0);
      expect(readFileSync(history, 'utf8').trimEnd().split('\n')).toEqual([
        'SEND half 2',
        'SEND hello',
        'WAIT 1',
        'SEND once',
      ]);
    },
  );
});
