/** `petrel dict train`: a dictionary from samples. */
import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { dictionary } from 'petrel/dictionary';
import { samplesOf, type Samples } from '../../dict/samples.ts';
import { trainBest, type Trained } from '../../dict/train.ts';
import { usage } from '../../exit.ts';
import { withExamples } from '../../help.ts';
import type { InputOptions } from '../../io.ts';
import { codes } from '../../protocol.ts';

interface Options extends InputOptions {
  readonly out: string;
  readonly size: number;
  readonly samples: Samples;
}

const MOST = codes.fixed.find(({ name }) => name === 'dictionaryBytes')!.value;

const DETAILS = `
Take samples of what will be sent, thousands of them, and none that must stay secret: pieces of them are the dictionary, which
every client has. Frames are those of captures, of the kinds that may stand in a PACK. Both sides need the file; its id, which is
printed, belongs to its content, so that another training gives another id.`;

export function trainCommand(): Command {
  const command = new Command('train')
    .description('Make a dictionary of what samples have in common.')
    .argument('<files...>', 'captures of frames, or other samples; - for standard input')
    .requiredOption('-o, --out <file>', 'the dictionary that is written')
    .option('--size <bytes>', 'how large it may be', size, 4096)
    .addOption(
      new Option('--samples <what>', 'what one sample is')
        .choices(['frames', 'lines', 'files'])
        .default('frames'),
    )
    .addOption(
      new Option('--input <format>', 'what the input is; auto takes text of hex or base64 digits for such')
        .choices(['auto', 'bin', 'hex', 'base64'])
        .default('auto'),
    )
    .addHelpText('after', DETAILS)
    .action(train);
  withExamples(command, [
    ['of captures', 'petrel dict train monday.bin tuesday.bin -o our.dict'],
    ['of messages, one a line', 'petrel dict train --samples lines messages.txt -o our.dict'],
    ['then open what was packed with it', 'petrel inspect --dict our.dict capture.bin'],
  ]);
  return command;
}

function size(text: string): number {
  const bytes = Number(text);
  if (!/^\d{1,9}$/.test(text) || bytes < 16 || bytes > MOST)
    throw new InvalidArgumentError(`It is a whole number from 16 to ${MOST}.`);
  return bytes;
}

async function train(files: readonly string[], options: Options): Promise<void> {
  const input = options.samples === 'lines' && options.input === 'auto' ? 'bin' : options.input;
  const samples = await samplesOf(files, options.samples, { input });
  const trained = trainBest(samples, options.size);
  const { bytes } = trained;
  if (bytes.length === 0)
    throw usage(`${samples.length} samples have nothing in common: a dictionary would not help`);
  write(options.out, bytes);
  process.stderr.write(`${report(samples.length, trained)}\n`);
}

function write(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes);
  } catch (error) {
    throw usage(`can't write ${file}: ${(error as Error).message}`);
  }
}

function report(count: number, { bytes, gain }: Trained): string {
  const made = `${bytes.length} bytes of ${count} samples; its id is ${dictionary(bytes).id}`;
  if (gain === undefined) return made;
  const { plain, alone, deflated } = gain;
  const share = (part: number): string => `${Math.round((100 * part) / plain)} %`;
  return `${made}\nsamples that were kept back, each alone: ${share(deflated)} with it, ${share(alone)} without`;
}
