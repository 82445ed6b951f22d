import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { encode, encodeFrame, type FrameBody } from 'petrel';
import { CaptureError } from 'petrel/capture';
import { FrameInspector, inspectFrames } from 'petrel/inspect';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { sampleCapture } from '../../report-sample.ts';
import { runCommand, type Ended } from '../../run-command.ts';
import { register } from '../commands/inspect.ts';
import { register as registerProto } from '../commands/proto.ts';
import { CaptureReport } from './capture.ts';
import { DetailBuilder } from './details.ts';
import { Grouping, sizedOf, topOf } from './groups.ts';
import { jsonLine, visible } from './json.ts';
import type { Detail, Item, Model } from './model.ts';
import type { ReportOptions } from './options.ts';
import { FrameReader, StreamReport } from './stream.ts';

const SPEC = new URL('../../../spec/', import.meta.url).pathname;
const REDIS = join(SPEC, 'captures/redis.pcapng');
const FRAMES = join(SPEC, 'samples/conversation.hex');

const folder = mkdtempSync(join(tmpdir(), 'petrel-report-'));
const html = join(folder, 'report.html');
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

function file(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

const SAMPLE = file('sample.pcapng', sampleCapture());

interface Report extends Ended {
  readonly page: string;
  readonly model: Model;
  readonly items: readonly Item[];
  readonly details: readonly Detail[];
}

/** What a page of a report holds. */
function read(page: string): Pick<Report, 'page' | 'model' | 'items' | 'details'> {
  const data = (id: string): string => new RegExp(`id="${id}">([^<]*)<`).exec(page)![1]!.trim();
  const model = JSON.parse(data('model')) as Model;
  const lines = data('details').split('\n');
  return {
    page,
    model,
    items: model.lines.filter((line) => line.type === 'item'),
    details: lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Detail),
  };
}

async function report(...args: readonly string[]): Promise<Report> {
  const ended = await runCommand(register, ['inspect', '--html', html, ...args]);
  return { ...ended, ...read(readFileSync(html, 'utf8')) };
}

/** Whether a secret stands in it, as text or as bytes. */
const holds = ({ model, details }: Report, secret: string): boolean =>
  JSON.stringify([model, details]).includes(secret) ||
  details.some(({ bytes }) => Buffer.from(bytes, 'base64').includes(Buffer.from(secret, 'latin1')));

describe('a report', () => {
  it('has a line for each frame of a capture, with what --json says of it', async () => {
    for (const capture of [REDIS, SAMPLE]) {
      const { items } = await report(capture);
      const { out } = await runCommand(register, ['inspect', '--json', capture]);
      const told = out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      const frames = told.filter(({ type }) => type === 'frame');
      expect(
        items.map(({ kind, size, offset, connection, from }) => [kind, size, offset, connection, from]),
      ).toEqual(
        frames.map((frame) =>
          ['kind', 'size', 'offset', 'connection', 'direction'].map((name) => frame[name]),
        ),
      );
    }
  });

  it('has every byte of each frame, and rows that come to as many', async () => {
    for (const path of [REDIS, SAMPLE, FRAMES]) {
      const { items, details, model } = await report(path);
      for (const { detail, size } of items) {
        const { rows, bytes, size: all } = details[detail!]!;
        expect([all, Buffer.from(bytes, 'base64').length]).toEqual([size, size]);
        const grouping = new Grouping(topOf(model.subject));
        for (const row of rows) grouping.add(sizedOf(row));
        expect(grouping.groups.reduce((sum, group) => sum + group.bytes, 0)).toBe(size);
      }
      expect(model.fields.reduce((sum, field) => sum + field.bytes, 0)).toBe(
        items.reduce((sum, { size }) => sum + size, 0),
      );
    }
  });

  it('leads from a reply to its command, and from what is slow', async () => {
    const { model, items } = await report(SAMPLE);
    const answered = items.filter(({ asked }) => asked !== null);
    expect(answered.map(({ verb, id, asked }) => [verb, id, model.lines[asked!]])).toEqual(
      answered.map(({ verb, id }) => [verb, id, expect.objectContaining({ kind: 'COMMAND', verb, id })]),
    );
    expect(answered.length).toBeGreaterThan(3);
    expect(model.slowest[0]).toMatchObject({ verb: 'SEND', id: '4', line: expect.any(Number) as number });
    expect(model.connections.map(({ id, protocol }) => [id, protocol])).toEqual([[1, 'petrel'], [2, 'petrel']]); // prettier-ignore
    expect(model.odd).toEqual(['1 frame at fault', '2 commands without a reply', '1 frame: sent again']);
  });

  it('shows what a PACK inflates to', async () => {
    const { items, details } = await report(SAMPLE);
    const { inflated, inflatedSize } = details[items.find(({ kind }) => kind === 'PACK')!.detail!]!;
    expect(Buffer.from(inflated, 'base64').toString('latin1')).toContain('Dinner at eight?');
    expect(inflatedSize).toBe(204);
  });

  it('ends as the table does: with the code of the gravest fault', async () => {
    expect(await report(SAMPLE)).toMatchObject({
      exitCode: 3,
      err: expect.stringContaining('1 frames are at fault') as string,
    });
    expect(await report(REDIS)).toMatchObject({ exitCode: 0, err: '' });
    expect(await report(file('cut.bin', Buffer.from('510012', 'hex')))).toMatchObject({ exitCode: 3 });
    expect(await report(file('short.bin', Buffer.from('b015', 'hex')), '--input', 'bin')).toMatchObject({
      exitCode: 4,
    });
  });

  it('hides credentials, and their bytes, unless they are asked for', async () => {
    for (const [path, secret] of [
      [SAMPLE, 'a secret word'],
      [REDIS, 'secret'],
      [FRAMES, 'ciOiJFZE'],
    ] as const) {
      // prettier-ignore
      expect(holds(await report(path), secret)).toBe(false);
      expect(holds(await report(path, '--show-credentials'), secret)).toBe(true);
    }
  });

  it('says what it leaves out: beyond the limit, skipped, filtered', async () => {
    const limited = await report(SAMPLE, '--limit', '4', '--skip', '2');
    expect(limited.items.map(({ kind }) => kind)).toEqual(['HELLO', 'PACK', 'PUSH', 'PUSH']);
    expect(limited.model.leftOut).toEqual([
      'The first 2 frames, by --skip.',
      expect.stringMatching(/^24 frames after the last one shown, .*--limit/) as string,
    ]);
    expect(limited.out).toContain('left out: 24 frames');
    expect(limited.model.summary[0]).toEqual(['frames', '30']);
    const filtered = await report(SAMPLE, '--filter', 'kind = PUSH');
    expect(filtered.items).toHaveLength(6);
    expect(filtered.model.leftOut).toEqual(['24 frames that the filter hides.']);
    const stream = await report(FRAMES, '--skip', '1', '--limit', '2');
    expect(stream.model.leftOut).toEqual([
      'The first 1, by --skip.',
      expect.stringMatching(/^14 after/) as string,
    ]);
  });

  it('stays small for what is large', async () => {
    const frame = encodeFrame({
      kind: 'PUSH',
      verb: 'many',
      args: [Array.from({ length: 100_000 }, (_, i) => i % 80)],
    });
    const { details } = await report(file('large.bin', frame), '--input', 'bin');
    expect(details[0]!.rows).toHaveLength(500);
    const rows = [...inspectFrames(frame)].length;
    expect(details[0]).toMatchObject({ size: frame.length, moreRows: rows - 500 });
    expect(statSync(html).size).toBeLessThan(150_000);
  });

  it('of RESP, a value, a message and messages has an item for each', async () => {
    const commands = Buffer.from('*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*2\r\n$4\r\nAUTH\r\n$2\r\npw\r\n');
    const resp = await report(file('commands.resp', commands), '--protocol', 'resp', '--side', 'client');
    expect(resp.items.map(({ kind, verb, text }) => [kind, verb, text])).toEqual([
      ['COMMAND', 'GET', '"GET" "k"'],
      ['COMMAND', 'AUTH', '"AUTH" 8 bytes, not shown'],
    ]);
    const value = await report(
      file('value.bin', encode({ name: 'Ada', born: 1815 })),
      '--value',
      '--input',
      'bin',
    );
    expect(value.items).toMatchObject([{ kind: 'VALUE', size: 18 }]);
    const path = file('message.bin', Buffer.from('089601120568656c6c6f', 'hex'));
    await runCommand(registerProto, ['proto', 'inspect', '--html', html, path, '--input', 'bin']);
    const message = read(readFileSync(html, 'utf8'));
    expect(message.items).toMatchObject([{ kind: 'MESSAGE', size: 10 }]);
    expect(message.model.fields[0]!.fields).toEqual([['1', 3], ['2', 7]]); // prettier-ignore
  });

  it('is printed with -, and refuses what does not go with it', async () => {
    const { out } = await runCommand(register, ['inspect', '--html', '-', FRAMES]);
    expect(read(out).items).toHaveLength(17);
    const refused: readonly (readonly [string[], RegExp])[] = [
      [[html, '--json', FRAMES], /one at a time/],
      [[html, '--limit', '20001', FRAMES], /20000 frames at most/],
      [[html, '--filter', 'error', FRAMES], /is of captures/],
      [[join(folder, 'none/report.html'), FRAMES], /can't write/],
    ];
    for (const [args, why] of refused) {
      const { exitCode, err } = await runCommand(register, ['inspect', '--html', ...args]);
      expect([exitCode, err]).toEqual([2, expect.stringMatching(why)]);
      vi.restoreAllMocks();
    }
  });
});

describe('what stands in a page', () => {
  const HOSTILE = '</script><!--<script>\u202eevil\u0007\u2028\ud800';

  it('has no tag, no control, no turn of direction and no half of a pair', () => {
    const line = jsonLine({ [`key`]: HOSTILE });
    expect(line).not.toMatch(/[<\p{Cc}\p{Cf}\p{Cs}\u2028]/u);
    expect((JSON.parse(line) as { key: string }).key).toBe(
      '</script><!--<script>\\u202eevil\\u0007\\u2028\\ud800',
    );
    expect(visible('Dinner, שלום, 晚上 😀 \\n')).toBe('Dinner, שלום, 晚上 😀 \\n');
  });

  it('is safe whatever the bytes are', () => {
    const text = fc.string({
      unit: fc.constantFrom('<', '/script>', '\u202e', '\0', '\u009b', 'a', '\ufeff', '-->'),
    });
    fc.assert(
      fc.property(text, fc.uint8Array({ maxLength: 40 }), (verb, bytes) => {
        const frame: FrameBody = {
          kind: 'PUSH',
          verb: `v${verb}`.slice(0, 20),
          args: [{ [verb]: verb }, bytes],
        };
        const builder = new DetailBuilder();
        for (const row of inspectFrames(Buffer.concat([encodeFrame(frame), bytes]))) builder.add(row);
        expect(jsonLine(builder.done())).not.toMatch(/[<\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });
});

const OPTIONS: ReportOptions = {
  limits: {},
  inflate: (deflated) => inflateRawSync(deflated),
  showSecrets: false,
  messages: undefined,
  protocol: undefined,
  filter: undefined,
  skip: 0,
  limit: 1000,
};

describe('whatever is read', () => {
  it('a damaged capture comes to a page, and no frame to more than its bytes', async () => {
    const sound = sampleCapture();
    const flips = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(flips, fc.nat(sound.length), async (changes, end) => {
        const bytes = sound.slice(0, end);
        for (const [at, byte] of changes) if (at > 400 && at < end) bytes[at] = byte;
        const capture = new CaptureReport(OPTIONS);
        try {
          await capture.push(bytes);
          capture.finish();
        } catch (error) {
          if (!(error instanceof CaptureError)) throw error;
        }
        const model = capture.model('damaged');
        const items = model.lines.filter((line) => line.type === 'item');
        const sizes = items.map(
          ({ detail }) => (JSON.parse(capture.builder.details[detail!]!) as Detail).size,
        );
        expect(sizes).toEqual(items.map(({ size }) => size));
        expect(jsonLine(model)).not.toMatch(/[<\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
      { numRuns: 60 },
    );
  });

  it('what a frame says stands with its own rows, however a stream is cut', () => {
    const frames = readInputHex(FRAMES);
    expect(frames).toHaveLength(571);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), fc.integer({ min: 1, max: 200 }), (tail, size) => {
        const stream = new StreamReport('frames', OPTIONS);
        const reader = new FrameReader(stream, OPTIONS);
        const inspector = new FrameInspector();
        const bytes = Buffer.concat([frames, tail]);
        for (let at = 0; at < bytes.length; at += size) {
          const piece = Uint8Array.from(bytes.subarray(at, at + size));
          reader.feed(piece);
          for (const row of inspector.feed(piece)) stream.add(row);
        }
        for (const row of inspector.finish()) stream.add(row);
        const items = stream.model('stream').lines.filter((line) => line.type === 'item');
        for (const { kind, detail } of items) {
          const [first] = (JSON.parse(stream.builder.details[detail!]!) as Detail).rows;
          expect(kind).toBe(first![0] === 'frame' ? first![5] : 'UNREAD');
        }
        expect(items.reduce((sum, item) => sum + item.size, 0)).toBe(bytes.length);
      }),
      { numRuns: 60 },
    );
  });
});

function readInputHex(path: string): Buffer {
  return Buffer.from(readFileSync(path, 'utf8').replace(/#.*|\s/g, ''), 'hex');
}
