/** `petrel vector`: frames that were seen, as a test. */
import { InvalidArgumentError, type Command } from 'commander';
import type { Limits } from 'petrel';
import { skim } from 'petrel/frame';
import { openMaybeCapture } from '../capture/input.ts';
import { inflaterOf, OPENS_PACKS, withDictionaries, type DictionaryOptions } from '../dictionaries.ts';
import { complain, usage } from '../exit.ts';
import { withExamples } from '../help.ts';
import {
  limitsOf,
  readInput,
  withInput,
  withLimits,
  write,
  type InputOptions,
  type LimitOptions,
} from '../io.ts';
import { entryOf, entryText, packEntryOf } from '../vector/entry.ts';
import { exampleText } from '../vector/example.ts';
import { pickFrame } from '../vector/pick.ts';

interface Options extends InputOptions, LimitOptions, DictionaryOptions {
  readonly from?: string;
  readonly frame?: number;
  readonly name?: string;
  readonly pack?: true;
  readonly fastCheck?: true;
}

const DETAILS = `
The entry stands on one line, to be put into a file of spec/vectors with "input": "frames" (with --pack: "pack"). It says what
the frames hold and the rules that their bytes show; of frames at fault the code, the offset from the first byte, and the rule.
Look at the name and the rules before you keep it. Limits that are given go into the entry.

--frame counts the frames that petrel inspect shows of a capture, those in PACKs included.`;

export function register(program: Command): void {
  const command = program
    .command('vector')
    .description('Make a test vector of frames, or an example for a property.')
    .option('--from <capture>', 'take the frame out of a pcap or pcapng file')
    .option('--frame <number>', 'which one, from 1', frameNumber)
    .option('--name <sentence>', 'what the vector is called')
    .option('--pack', 'a vector of what the PACK at the end holds')
    .option('--fast-check', 'an example for a property instead, in TypeScript')
    .addHelpText('after', DETAILS)
    .action(vector);
  withInput(command);
  withLimits(command);
  withDictionaries(command, OPENS_PACKS);
  withExamples(command, [
    ['a frame from a log', 'echo 1a 02 02 a6 66 61 6d 69 6c 79 26 | petrel vector'],
    [
      'the fifth frame of a capture',
      'petrel vector --from capture.pcapng --frame 5 --name "a SEND with two texts"',
    ],
    ['what a PACK holds', 'petrel vector --pack --from capture.pcapng --frame 6'],
    ['for a property that found nothing yet', 'petrel vector --fast-check frame.bin'],
  ]);
}

function frameNumber(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 1.');
  return Number(text);
}

async function vector(file: string | undefined, options: Options): Promise<void> {
  const limits = limitsOf(options);
  const { name, pack, fastCheck } = options;
  if (pack && fastCheck) throw usage('--pack makes a vector, --fast-check an example');
  const bytes = await framesOf(file, options, limits);
  if (bytes.length === 0) throw usage('there is no frame');
  if (holdsSecrets(bytes))
    complain('a handshake: it may hold credentials or a token; petrel redact replaces them');
  if (fastCheck) return write(exampleText(bytes, limits));
  const entry = pack
    ? packEntryOf(bytes, inflaterOf(options), { name, limits })
    : entryOf(bytes, { name, limits });
  await write(`${entryText(entry)}\n`);
}

async function framesOf(
  file: string | undefined,
  options: Options,
  limits: Partial<Limits>,
): Promise<Uint8Array> {
  const { from, frame } = options;
  if (from === undefined) {
    if (frame !== undefined) throw usage('--frame is of --from');
    return readInput(file, options);
  }
  if (frame === undefined || file !== undefined) throw usage('--from takes --frame, and no other file');
  const opened = await openMaybeCapture(from, false);
  if (!opened.isCapture) throw usage('it is no capture: pcap and pcapng files are');
  return pickFrame(opened.chunks, frame, { limits, inflate: inflaterOf(options) });
}

/** Whether a HELLO or RESUME is among the frames. */
function holdsSecrets(bytes: Uint8Array): boolean {
  let found = false;
  try {
    skim(bytes, (kind) => {
      found ||= kind === 8 || kind === 9;
    });
  } catch {
    // at fault: what was found before counts
  }
  return found;
}
