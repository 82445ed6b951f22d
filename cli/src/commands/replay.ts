/** `petrel replay`: what the clients of a capture said, said again. */
import { InvalidArgumentError, type Command } from 'commander';
import { CaptureError } from 'petrel/capture';
import { grouped } from '../amounts.ts';
import { endpoint, spelled, type Endpoint } from '../bridge/endpoint.ts';
import { openMaybeCapture } from '../capture/input.ts';
import { replay, type Replayed } from '../capture/replay.ts';
import { CommandError, complain, Exit, usage } from '../exit.ts';
import { withExamples } from '../help.ts';
import { write } from '../io.ts';

interface Options {
  readonly to: Endpoint;
  readonly speed: number;
  readonly rate?: number;
  readonly wait: number;
  readonly json?: true;
}

const DETAILS = `
Each connection of the capture is opened anew, and what its client sent is sent, in the same segments. What the server answers
is counted, not judged: tokens, times and ids are others now. Bytes behind a gap in the capture are not sent.`;

export function register(program: Command): void {
  const command = program
    .command('replay')
    .description('Send what the clients of a capture sent to a server.')
    .argument('<capture>', 'a pcap or pcapng file, or - for standard input')
    .requiredOption('--to <[host:]port>', 'the server', (text) => endpoint(text, 1))
    .option('--speed <factor>', 'how much faster than recorded; max for no pauses', factor, 1)
    .option('--rate <segments>', 'so many segments a second, instead of the recorded times', factor)
    .option('--wait <seconds>', 'how long replies may take after the last segment', factor, 1)
    .option('--json', 'the result as JSON')
    .addHelpText('after', DETAILS)
    .action(run);
  withExamples(command, [
    ['again, as it was', 'petrel replay capture.pcapng --to 6379'],
    ['ten times as fast', 'petrel replay capture.pcapng --to 6379 --speed 10'],
    ['a hundred segments a second', 'petrel replay capture.pcapng --to 127.0.0.1:7000 --rate 100'],
  ]);
}

function factor(text: string): number {
  const value = text === 'max' ? Infinity : Number(text);
  if (!(value > 0) || (text !== 'max' && !/^\d{1,9}(?:\.\d{1,6})?$/.test(text)))
    throw new InvalidArgumentError('It is a number above 0.');
  return value;
}

async function run(file: string, { to, speed, rate, wait, json }: Options): Promise<void> {
  const opened = await openMaybeCapture(file, false);
  if (!opened.isCapture) throw usage('it is no capture: pcap and pcapng files are');
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop);
  let done: Replayed;
  try {
    done = await replay(opened.chunks, { to, speed, rate, wait: wait * 1000 }, controller.signal);
  } catch (error) {
    throw error instanceof CaptureError ? new CommandError(error.message, Exit.MALFORMED) : error;
  } finally {
    process.off('SIGINT', stop);
  }
  await write(json ? `${JSON.stringify(done)}\n` : textOf(done));
  if (done.connections > 0 && done.failed === done.connections)
    throw usage(`no connection to ${spelled(to)} stood`);
  if (done.failed > 0) complain(`${done.failed} of ${done.connections} connections failed`);
}

function textOf({ connections, sent, recorded, received, missing, seconds }: Replayed): string {
  const gap =
    missing > 0
      ? `\n${grouped(missing)} bytes are not in the capture, or lie behind a gap: they were not sent`
      : '';
  return `${grouped(connections)} connections, ${grouped(sent)} bytes sent in ${seconds.toFixed(3)} s; the server said ${grouped(received)} bytes, in the capture ${grouped(recorded)}${gap}\n`;
}
