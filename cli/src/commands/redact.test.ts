import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommand, type Ended } from '../../run-command.ts';
import { register as registerInspect } from './inspect.ts';
import { register } from './redact.ts';

const captures = (name: string): string =>
  fileURLToPath(new URL(`../../../spec/captures/${name}`, import.meta.url));
const PETREL = captures('petrel.pcap');
const REDIS = captures('redis.pcapng');
const KEY = ['--key', '5e'.repeat(32)];

const redact = (...args: readonly string[]): Promise<Ended> => runCommand(register, ['redact', ...args]);
const inspect = async (file: string): Promise<string> =>
  (await runCommand(registerInspect, ['inspect', file, '--width', '200'])).out;

let folder: string;
let out: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'petrel-'));
  out = join(folder, 'redacted.pcapng');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
});

/** The capture that is made, in hex. */
async function made(...args: readonly string[]): Promise<string> {
  await redact(REDIS, '-o', out, ...args);
  return readFileSync(out, 'hex');
}

describe('petrel redact', () => {
  it('writes a capture that reads like the old one, and says what it did', async () => {
    const { exitCode, out: told } = await redact(PETREL, '-o', out);
    expect(exitCode).toBe(0);
    expect(told).toMatch(
      /^2 connections, 40 frames and 0 items of RESP redacted; 27 packets read, \d+ written$/m,
    );
    expect(told).toMatch(/^3 PACKs made anew: 1,\d{3} bytes, now 1,\d{3}$/m);
    const lines = await inspect(out);
    expect(lines).toMatch(/#1 > HELLO +95 B {2}offer.*credentials \(hidden\)$/m);
    expect(lines).toMatch(/#2 > session 1 goes on, after connection 1$/m);
    expect(lines).not.toMatch(/Grace|observatory|recording/);
  });

  it('has other filler each time, and the same with the same key', async () => {
    const [one, other] = [await made(), await made()];
    expect(one).not.toBe(other);
    const [first, second] = [await made(...KEY), await made(...KEY)];
    expect(first).toBe(second);
  });

  it('tells programs what it did', async () => {
    const { out: told } = await redact(REDIS, '-o', out, '--json', '--addresses', '--numbers');
    expect(JSON.parse(told)).toMatchObject({ connections: 4, frames: 0, items: 57, malformed: 0, blanked: {}, read: 77, left: 0 }); // prettier-ignore
    expect(await inspect(out)).toContain('10.0.0.1:');
  });

  it('makes filler of TLS as a whole, and says so', async () => {
    const { exitCode, out: told } = await redact(captures('tls.pcap'), '-o', out);
    expect(exitCode).toBe(0);
    expect(told).toMatch(/^[\d,]+ bytes, tls: filler$/m);
    expect(readFileSync(out).includes('chat.example')).toBe(false);
  });

  it('writes what there is of a capture that ends too soon, and fails', async () => {
    const cut = join(folder, 'cut.pcapng');
    writeFileSync(cut, readFileSync(REDIS).subarray(0, 9000));
    const { exitCode, err } = await redact(cut, '-o', out);
    expect(exitCode).toBe(3);
    expect(err).toContain('the file ends within a packet');
    expect(await inspect(out)).toMatch(/#2 < REPLY 5/);
  });

  it('never writes over the capture that it reads, and refuses what it can not use', async () => {
    const own = join(folder, 'own.pcap');
    copyFileSync(PETREL, own);
    expect(await redact(own, '-o', own)).toMatchObject({ exitCode: 2 });
    expect(readFileSync(own)).toEqual(readFileSync(PETREL));
    expect(await redact(fileURLToPath(import.meta.url), '-o', out)).toMatchObject({ exitCode: 2 });
    expect(await redact(PETREL, '-o', join(folder, 'no', 'such'))).toMatchObject({ exitCode: 2 });
    expect(await redact(PETREL, '-o', out, '--key', 'abc')).toMatchObject({ exitCode: 2 });
    expect(await redact(PETREL)).toMatchObject({ exitCode: 2 });
  });
});
