/** What is made of frames is a vector that holds, and an example that means the same. */
import * as fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { encodeFrame, type FrameBody } from 'petrel/frame/all';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { frameBodies } from '../../../fuzz/arbitraries.ts';
import { failureOf } from '../../../spec/runner.ts';
import type { Vector } from '../../../spec/vector.ts';
import { runCommand, type Ended } from '../../run-command.ts';
import { register } from '../commands/vector.ts';
import { entryOf, entryText } from './entry.ts';
import { exampleText } from './example.ts';

const PETREL = fileURLToPath(new URL('../../../spec/captures/petrel.pcap', import.meta.url));
const REDIS = fileURLToPath(new URL('../../../spec/captures/redis.pcap', import.meta.url));

const vector = (...args: readonly string[]): Promise<Ended> => runCommand(register, ['vector', ...args]);

/** What spec's runner says of an entry as it was printed. */
function judged(printed: string, input: 'frames' | 'pack'): string | undefined {
  return failureOf({ input }, JSON.parse(printed) as Vector);
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'petrel-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
});

describe('an entry', () => {
  it('holds, whatever frames it is of', () => {
    fc.assert(
      fc.property(fc.array(frameBodies, { minLength: 1, maxLength: 3 }), (bodies) => {
        const bytes = Buffer.concat(bodies.map((body) => encodeFrame(body)));
        expect(judged(entryText(entryOf(bytes, { name: undefined, limits: {} })), 'frames')).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });

  it('holds, wherever its bytes are at fault', () => {
    const bit = fc.nat(7).map((n) => 1 << n);
    fc.assert(
      fc.property(frameBodies, fc.nat(200), bit, fc.boolean(), (body, at, flipped, cut) => {
        const bytes = encodeFrame(body);
        const place = at % bytes.length;
        bytes[place]! ^= flipped;
        const entry = entryOf(cut ? bytes.subarray(0, place + 1) : bytes, { name: undefined, limits: {} });
        expect(judged(entryText(entry), 'frames')).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });
});

describe('an example', () => {
  it('is TypeScript that makes the same frames', async () => {
    const bodies = fc.sample(frameBodies, { numRuns: 200, seed: 7 });
    const texts = bodies.map((body) => exampleText(encodeFrame(body), {}));
    const values = new URL('../../../src/value/index.ts', import.meta.url).href;
    const classes = 'Decimal, Entries, Float, Message, Opaque, Tagged';
    const path = join(folder, 'examples.mts');
    writeFileSync(
      path,
      `import { ${classes} } from '${values}';\nexport const examples = [${texts.join('')}];\n`,
    );
    const { examples } = (await import(pathToFileURL(path).href)) as { examples: [FrameBody][] };
    expect(examples.map(([body]) => Buffer.from(encodeFrame(withoutUnknown(body))).toString('hex'))).toEqual(
      bodies.map((body) => Buffer.from(encodeFrame(body)).toString('hex')),
    );
  });

  it('is bytes where they are no frames', () => {
    expect(exampleText(Uint8Array.of(0x12, 1, 0xff), {})).toMatch(
      /^\/\/ captured: \w+ at byte \d+ \[[A-Z]+-\d+\]\n\[Uint8Array\.of\(18, 1, 255\)\],\n$/,
    );
  });
});

/** What was not understood is found when reading, and not written. */
function withoutUnknown(body: FrameBody): FrameBody {
  const { unknownKeys: _unknown, ...rest } = body as FrameBody & { unknownKeys?: unknown };
  return rest;
}

describe('petrel vector', () => {
  it('makes an entry of each frame of a capture, those in PACKs included', async () => {
    const { err, exitCode } = await vector('--from', PETREL, '--frame', '1000');
    expect(exitCode).toBe(2);
    const [, count] = /has (\d+) frames/.exec(err)!;
    for (let frame = 1; frame <= Number(count); frame += 3) {
      const { out } = await vector('--from', PETREL, '--frame', String(frame));
      expect(judged(out, 'frames')).toBeUndefined();
    }
  });

  it('makes an entry of what a PACK holds', async () => {
    const { out, exitCode } = await vector(
      '--pack',
      '--from',
      PETREL,
      '--frame',
      '4',
      '--name',
      'five commands',
    );
    expect(exitCode).toBe(0);
    expect(judged(out, 'pack')).toBeUndefined();
    expect(JSON.parse(out)).toMatchObject({ name: 'five commands', frames: { length: 5 } });
    expect(await vector('--pack', '--from', PETREL, '--frame', '5')).toMatchObject({ exitCode: 2 });
  });

  it('takes hex from a file, and puts limits into the entry', async () => {
    const path = join(folder, 'frame.txt');
    writeFileSync(path, 'b3 01 02 03');
    const { out } = await vector(path, '--max-payload', '2');
    expect(JSON.parse(out)).toMatchObject({
      limits: { maxPayload: 2 },
      error: { code: 'LIMIT_PAYLOAD', offset: 0 },
    });
    expect(judged(out, 'frames')).toBeUndefined();
  });

  it('warns of handshakes, and says what it can not use', async () => {
    expect((await vector('--from', PETREL, '--frame', '1')).err).toContain('credentials');
    expect(await vector('--from', REDIS, '--frame', '1')).toMatchObject({ exitCode: 2 });
    expect(await vector('--from', PETREL)).toMatchObject({ exitCode: 2 });
    expect(await vector('--frame', '1')).toMatchObject({ exitCode: 2 });
    expect(await vector('--fast-check', '--pack', PETREL)).toMatchObject({ exitCode: 2 });
  });

  it('makes examples too', async () => {
    const { out } = await vector('--fast-check', '--from', PETREL, '--frame', '5');
    expect(out).toMatch(/^\/\/ import \{ Entries \} from 'petrel\/value';\n\/\/ captured: COMMAND SEND\n/);
  });
});
