import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame } from 'petrel/frame/all';
import { LINKTYPE_RAW, pcapngHeader, pcapngPacket, SyntheticConnection } from 'petrel/capture';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** MiB of the capture: `CAPTURE_MB=1024 npx vitest run cli/src/capture/large` for the whole GiB. */
const MEGABYTES = Number(process.env['CAPTURE_MB'] ?? 16);
const PETREL = new URL('../../dist/petrel.js', import.meta.url).pathname;

const TSHARK = 'tshark';

let folder: string;
let file: string;
let frames = 0;

const command = (id: number): Uint8Array =>
  encodeFrame({
    kind: 'COMMAND',
    id,
    verb: 'SEND',
    args: ['family', { text: 'x'.repeat(60 + (id % 40)), at: 1_700_000_000 + id }],
  });
const reply = (id: number): Uint8Array => encodeFrame({ kind: 'REPLY', id, value: true });

/** Connections one after the other, 100 open at a time, each with 200 commands and their replies. */
function* packets(): Generator<Uint8Array, void, void> {
  for (let round = 0; ; round++) {
    const port = (i: number): number => 1024 + ((round * 100 + i) % 60_000);
    const tcp = Array.from({ length: 100 }, (_, i) => {
      const client = { address: Uint8Array.of(10, 0, round & 255, i), port: port(i) };
      return new SyntheticConnection(client, { address: Uint8Array.of(10, 1, 0, 1), port: 7000 });
    });
    for (const one of tcp) yield* one.open();
    for (const one of tcp)
      yield* one.data('client', encodeFrame({ kind: 'HELLO', form: 'offer', versions: [1, 1] }));
    frames += 100;
    for (let id = 1; id <= 200; id++) {
      for (const one of tcp) {
        yield* one.data('client', command(id));
        yield* one.data('server', reply(id));
      }
      frames += 200;
    }
    for (const one of tcp) yield* [...one.end('client'), ...one.end('server')];
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'petrel-'));
  file = join(folder, 'large.pcapng');
  const out = openSync(file, 'w');
  let size = 0;
  let number = 0;
  let batch: Uint8Array[] = [pcapngHeader(LINKTYPE_RAW)];
  for (const packet of packets()) {
    const block = pcapngPacket(packet, {
      seconds: Math.floor(number / 1e5),
      nanoseconds: (number % 1e5) * 1e4,
    });
    batch.push(block);
    number++;
    size += block.length;
    if (batch.length < 10_000) continue;
    writeSync(out, Buffer.concat(batch));
    batch = [];
    if (size >= MEGABYTES << 20) break;
  }
  closeSync(out);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command, and answers what it prints, the seconds, and the most memory that it held, in MB. */
async function run(
  command: string,
  args: readonly string[],
): Promise<{ out: string; seconds: number; peak: number }> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  let peak = 0;
  const look = setInterval(() => {
    try {
      const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      peak = Math.max(peak, Number(kilobytes ?? 0) / 1024);
    } catch {
      // it has ended
    }
  }, 50);
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  await once(child, 'close');
  clearInterval(look);
  return { out, seconds: (performance.now() - start) / 1000, peak };
}

describe(`a capture of ${MEGABYTES} MiB`, () => {
  it('is read whole within 300 MB of memory', async () => {
    const { out, seconds, peak } = await run(process.execPath, [
      PETREL,
      'inspect',
      file,
      '--limit',
      '0',
      '--json',
    ]);
    const summary = JSON.parse(out.trimEnd().split('\n').at(-1)!) as Record<string, number>;
    expect(Math.abs(summary['frames']! / frames - 1)).toBeLessThan(0.05);
    expect(summary).toMatchObject({ faults: 0, missing: 0, unread: 0 });
    expect(peak).toBeLessThan(300);
    const rate = statSync(file).size / 1e6 / seconds;
    console.log(`petrel inspect: ${rate.toFixed(0)} MB/s, ${peak.toFixed(0)} MB${await beside()}`);
  }, 600_000);
});

/** What tshark takes to count the same packets, where it is installed and a size was asked for: it takes long. */
async function beside(): Promise<string> {
  if (process.env['CAPTURE_MB'] === undefined) return '';
  try {
    execFileSync(TSHARK, ['--version'], { stdio: 'ignore' });
  } catch {
    return '';
  }
  const { seconds, peak } = await run(TSHARK, ['-r', file, '-q', '-z', 'io,stat,0']);
  return `; tshark, packets alone: ${(statSync(file).size / 1e6 / seconds).toFixed(0)} MB/s, ${peak.toFixed(0)} MB`;
}
