/** `petrel transcode`: a conversation from one protocol to another, as it comes. */
import { Argument, Option, type Command } from 'commander';
import { DEFAULT_LIMITS, type Limits } from 'petrel';
import type { Side } from 'petrel/exchange';
import { usage } from '../exit.ts';
import { withExamples } from '../help.ts';
import {
  limitsOf,
  readInputChunks,
  withLimits,
  withOutput,
  writeBytes,
  type LimitOptions,
  type OutputOptions,
} from '../io.ts';
import { listen } from '../speaker.ts';
import { FrameSink, JsonSink, RespSink, type Sink } from '../transcode/sinks.ts';
import { FrameSource, JsonSource, RespSource, type Item, type Source } from '../transcode/sources.ts';

type Format = 'resp' | 'petrel' | 'json';

interface Options extends OutputOptions, LimitOptions {
  readonly from: Format;
  readonly to: Format;
  readonly side: Side | 'auto';
  readonly stats?: true;
}

const FORMATS: readonly Format[] = ['resp', 'petrel', 'json'];

const DETAILS = `
A client of RESP sends commands, each a COMMAND; a server sends replies and pushes, each a REPLY or a PUSH. Ids are 1, 2, ...
in order. What comes back from Petrel is byte for byte what was there. auto takes what begins with a letter or with an array
of bulk strings for a client's: of a server's side that begins so, say --side server.

json is a line per frame, as petrel decode --json prints it, and says everything: {"$status": "OK"}, {"$error": "ERR no"},
{"$null": "bulk"} and the like for what JSON has no word for; spec/text.md has them all. Of a program that rounds numbers or
makes 1 of 1.0, as jq does, not everything comes back.

What the other protocol can't say is refused, with its offset, and ends the reading: what stands before it was written.
Petrel's session (HELLO, ACK, PING, ...) and the replication of Redis are such.`;

export function register(program: Command): void {
  const command = program
    .command('transcode')
    .description('Carry a conversation of Redis in Petrel, and back.')
    .addArgument(new Argument('[file]', 'a file, or - for standard input (the default); always bytes'))
    .addOption(new Option('--from <protocol>', 'what is read').choices(FORMATS).makeOptionMandatory())
    .addOption(new Option('--to <protocol>', 'what is written').choices(FORMATS).makeOptionMandatory())
    .addOption(
      new Option('--side <side>', 'who speaks RESP').choices(['auto', 'client', 'server']).default('auto'),
    )
    .option('--stats', 'end with the bytes read and written, on stderr')
    .addHelpText('after', DETAILS)
    .action(transcode);
  withLimits(command);
  withOutput(command);
  withExamples(command, [
    [
      'what do commands cost in Petrel?',
      'petrel transcode --from resp --to petrel --stats commands.resp > commands.bin',
    ],
    [
      'and back, byte for byte',
      'petrel transcode --from petrel --to resp commands.bin | cmp - commands.resp',
    ],
    [
      "read a server's side",
      'petrel transcode --from resp --to petrel --side server replies.resp | petrel decode',
    ],
    [
      'send a command by hand',
      `echo 'COMMAND 1 PING' | petrel encode | petrel transcode --from petrel --to resp | nc localhost 6379`,
    ],
  ]);
}

async function transcode(file: string | undefined, options: Options): Promise<void> {
  const { from, to, side } = options;
  if (from === to) throw usage(`--from and --to are both ${from}`);
  if (side !== 'auto' && from !== 'resp' && to !== 'resp') throw usage('--side is of RESP');
  const limits: Limits = { ...DEFAULT_LIMITS, ...limitsOf(options) };
  let chunks: AsyncIterable<Uint8Array> = readInputChunks(file, { input: 'bin' });
  let speaks: Side = side === 'client' ? 'client' : 'server';
  if (from === 'resp' && side === 'auto') ({ side: speaks, chunks } = await listen(chunks));
  const source = sourceOf(from, speaks, limits);
  const sink = sinkOf(options, source, limits);
  const run = new Run(sink, options);
  try {
    for await (const chunk of chunks) {
      run.read += chunk.length;
      await run.add(source.push(chunk));
    }
    await run.add(source.finish());
  } finally {
    if (options.stats) run.report();
  }
}

function said(side: Options['side']): Side | undefined {
  return side === 'auto' ? undefined : side;
}

function sourceOf(from: Format, side: Side, limits: Limits): Source {
  if (from === 'resp') return new RespSource(side, limits);
  return from === 'petrel' ? new FrameSource(limits) : new JsonSource(limits);
}

function sinkOf({ to, side }: Options, source: Source, limits: Limits): Sink {
  if (to === 'resp') return new RespSink(said(side));
  return to === 'petrel' ? new FrameSink(source, limits) : new JsonSink(source);
}

/** So much is collected before it is written: a call to the system costs more than a frame. */
const BATCH = 1 << 16;

/** Writes items as they come, and counts. */
class Run {
  read = 0;
  private written = 0;
  private items = 0;
  private readonly sink: Sink;
  private readonly options: Options;

  constructor(sink: Sink, options: Options) {
    this.sink = sink;
    this.options = options;
  }

  /** Writes all before it answers: who follows a live stream sees everything that is whole, also before a fault. */
  async add(items: Iterable<Item>): Promise<void> {
    try {
      for (const item of items) {
        this.sink.add(item);
        this.items++;
        if (this.sink.size >= BATCH) await this.flush();
      }
    } finally {
      await this.flush();
    }
  }

  report(): void {
    const { read, written, items } = this;
    const ratio = read > 0 ? `, ${(written / read).toFixed(3)} of it` : '';
    process.stderr.write(
      `${items} ${items === 1 ? 'frame' : 'frames'}: ${read} bytes in, ${written} bytes out${ratio}\n`,
    );
  }

  private async flush(): Promise<void> {
    const bytes = this.sink.take();
    if (bytes.length === 0) return;
    this.written += bytes.length;
    await writeBytes(
      bytes,
      this.options.to === 'json' ? { output: this.options.output ?? 'bin' } : this.options,
    );
  }
}
