/** What `petrel bridge` says of its options and of its work. Connections are tested beside the sockets, in ../bridge. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../run-command.ts';
import { endpoint, spelled } from '../bridge/endpoint.ts';
import { jsonOf, lineOf, noTotals } from '../bridge/totals.ts';
import { register } from './bridge.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const bridge = (args: string): ReturnType<typeof runCommand> =>
  runCommand(register, ['bridge', ...args.split(' ')]);

describe('petrel bridge', () => {
  it.each([
    ['neither half', '--listen 0 --to 6379', 'say --resp-to-petrel or --petrel-to-resp'],
    ['no place to listen', '--resp-to-petrel --to 6379', "required option '--listen"],
    ['nobody to call', '--resp-to-petrel --listen 0', "required option '--to"],
    ['both halves', '--resp-to-petrel --petrel-to-resp --listen 0 --to 6379', 'cannot be used with'],
    [
      'two places for clients',
      '--resp-to-petrel --listen 0 --listen 1 --to 6379',
      '--listen has one address on the side of Redis',
    ],
    [
      'TLS on the side of Redis',
      '--petrel-to-resp --listen 0 --to tls://127.0.0.1',
      '--to "tls://127.0.0.1": It is [HOST:]PORT',
    ],
    ['short links', '--resp-to-petrel --listen 0 --to http://127.0.0.1', 'A bridge needs a stream'],
    [
      'short links to listen at',
      '--petrel-to-resp --listen http://127.0.0.1:0 --to 6379',
      'A bridge needs a stream',
    ],
    [
      'TLS without a certificate',
      '--petrel-to-resp --listen tls://127.0.0.1:0 --to 6379',
      'needs --cert and --key',
    ],
    [
      'a certificate without its key',
      '--petrel-to-resp --listen 0 --to 6379 --cert x',
      '--cert and --key go together',
    ],
    [
      'to believe whoever calls',
      '--petrel-to-resp --listen 0 --to 6379 --cert /dev/null --key /dev/null --insecure',
      'for the half at the clients',
    ],
    ['a port that is none', '--resp-to-petrel --listen 65536 --to 6379', 'from 0 to 65535'],
    ['port 0 to call', '--resp-to-petrel --listen 0 --to 0', 'from 1 to 65535'],
    ['a count that is none', '--resp-to-petrel --listen 0 --to 1 --max-clients 0', 'from 1 to 999999999'],
    [
      'a place that is not its own',
      '--resp-to-petrel --listen 192.0.2.1:1 --to 1',
      "can't listen on 192.0.2.1:1",
    ],
  ])('refuses %s', async (_what, args, message) => {
    const { exitCode, err } = await bridge(args);
    expect(exitCode).toBe(2);
    expect(err).toContain(message);
  });

  it.each([
    ['6379', '127.0.0.1:6379'],
    ['example.org:1', 'example.org:1'],
    ['[::1]:6379', '[::1]:6379'],
  ])('takes %s for %s', (text, means) => {
    expect(spelled(endpoint(text, 1))).toBe(means);
  });

  it('reports bytes and their ratio', () => {
    const none = noTotals();
    expect(lineOf(none)).toBe(
      '0 connections (0 open), 0 commands, 0 replies, 0 pushes; RESP 0 bytes in, 0 out; Petrel 0 in, 0 out',
    );
    expect(JSON.parse(jsonOf(none))).toMatchObject({ connections: 0, ratio: null });
    const some = { ...none, respIn: 60, respOut: 40, petrelIn: 24, petrelOut: 40 };
    expect(lineOf(some)).toMatch(/Petrel 24 in, 40 out, 0\.640 of RESP$/);
    expect(JSON.parse(jsonOf(some))).toMatchObject({ petrelOut: 40, ratio: 0.64 });
  });
});
