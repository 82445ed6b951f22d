/** Input from files and pipes, output to terminals and pipes, and the options that say which. */
import { createReadStream } from 'node:fs';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { DEFAULT_LIMITS, type Limits } from 'petrel';
import { CommandError, Exit, usage } from './exit.ts';
import { detect, fromBase64, fromHex, Sniffer } from './sniff.ts';

type InputFormat = 'auto' | 'bin' | 'hex' | 'base64';
type OutputFormat = 'bin' | 'hex' | 'base64';

/** Options that `withInput`, `withOutput` and `withLimits` add. */
export interface InputOptions {
  readonly input: InputFormat;
}
export interface OutputOptions {
  readonly output?: OutputFormat;
}
export type LimitOptions = Partial<Limits>;

/** Adds the argument `[file]` and `--input`. */
export function withInput(command: Command): Command {
  return command
    .addArgument(new Argument('[file]', 'a file, or - for standard input (the default)'))
    .addOption(inputOption());
}

/** `--input` alone, for commands with arguments of their own. */
function inputOption(): Option {
  return new Option('--input <format>', 'what the input is; auto takes text of hex or base64 digits for such')
    .choices(['auto', 'bin', 'hex', 'base64'])
    .default('auto');
}

/** Adds `--output`. */
export function withOutput(command: Command): Command {
  return command.addOption(
    new Option(
      '--output <format>',
      'how bytes are written (default: hex on a terminal, bin into a pipe)',
    ).choices(['bin', 'hex', 'base64']),
  );
}

/** What each limit is, and how high it may be. */
const LIMITS: Readonly<Record<keyof Limits, readonly [flags: string, about: string, highest: number]>> = {
  maxPayload: ['--max-payload <bytes>', 'longest payload of a frame', 0xffff_ffff],
  maxDepth: ['--max-depth <levels>', 'deepest nesting', 1000],
  maxElements: ['--max-elements <count>', 'most values in a payload', 0xffff_ffff],
  maxExpanded: [
    '--max-expanded <bytes>',
    'longest payload with records and references written out',
    0xffff_ffff,
  ],
};

/**
 * Adds an option for each of the receiver's limits; the command's options then are a `Partial<Limits>`.
 * @param about the limits that the command has, in other words where the usual ones don't fit.
 */
export function withLimits(
  command: Command,
  about: Partial<Record<keyof Limits, string>> = {
    maxPayload: '',
    maxDepth: '',
    maxElements: '',
    maxExpanded: '',
  },
): Command {
  for (const name of Object.keys(about) as (keyof Limits)[]) {
    const [flags, usual, highest] = LIMITS[name];
    const text = `${about[name]! || usual} (default: ${DEFAULT_LIMITS[name]})`;
    command.option(flags, text, limitUpTo(highest));
  }
  return command;
}

/** The limits that a command's options hold: those that were given. */
export function limitsOf({ maxPayload, maxDepth, maxElements, maxExpanded }: LimitOptions): Partial<Limits> {
  return {
    ...(maxPayload !== undefined && { maxPayload }),
    ...(maxDepth !== undefined && { maxDepth }),
    ...(maxElements !== undefined && { maxElements }),
    ...(maxExpanded !== undefined && { maxExpanded }),
  };
}

function limitUpTo(highest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value > highest)
      throw new InvalidArgumentError(`It is a whole number from 0 to ${highest}.`);
    return value;
  };
}

/** A file's name, undefined or - for standard input; or input that was opened before. */
export type Source = string | undefined | AsyncIterable<Uint8Array>;

/** The bytes of a source as they come, nothing decoded. @throws CommandError when it can't be read. */
export async function* readChunks(file: Source): AsyncGenerator<Uint8Array, void, void> {
  if (typeof file === 'object') {
    yield* file;
    return;
  }
  const fromStdin = file === undefined || file === '-';
  if (fromStdin && process.stdin.isTTY) process.stderr.write('petrel: reading from the terminal\n');
  const stream = fromStdin ? process.stdin : createReadStream(file, { highWaterMark: 1 << 20 });
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw unreadable(fromStdin ? 'standard input' : file, error);
  }
}

function unreadable(name: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EISDIR: 'it is a directory',
    EACCES: 'permission denied',
  };
  return usage(`can't read ${name}: ${reasons[code] ?? message}`);
}

/** All bytes of a file or of standard input, nothing decoded. @throws CommandError when it can't be read. */
async function readAll(file: string | undefined): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readChunks(file)) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** A whole file or standard input as UTF-8 text. @throws CommandError when it can't be read or is not UTF-8. */
export async function readText(file: string | undefined): Promise<string> {
  const bytes = await readAll(file);
  return decodeUtf8(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

/** As `readText`, piece by piece. */
export async function* readTextChunks(file: string | undefined): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of readChunks(file)) yield decodeUtf8(() => decoder.decode(chunk, { stream: true }));
  yield decodeUtf8(() => decoder.decode());
}

function decodeUtf8(decode: () => string): string {
  try {
    return decode();
  } catch {
    throw new CommandError('the input is not UTF-8 text', Exit.MALFORMED);
  }
}

/** The input's bytes, taken from hex or base64 where the option or the look of it says so. */
export async function readInput(file: string | undefined, { input }: InputOptions): Promise<Uint8Array> {
  const bytes = await readAll(file);
  return decodeAs(input === 'auto' ? detect(bytes) : input, bytes);
}

/**
 * As `readInput`, piece by piece: binary input is passed on as it comes, text is read to its end first.
 * @param isBinary whether what looks like text is none after all.
 */
export async function* readInputChunks(
  file: Source,
  { input }: InputOptions,
  isBinary: (bytes: Uint8Array) => boolean = () => false,
): AsyncGenerator<Uint8Array, void, void> {
  const sniffer = new Sniffer();
  let held: Uint8Array[] = [];
  let binary = input === 'bin';
  for await (const chunk of readChunks(file)) {
    held.push(chunk);
    binary ||= input === 'auto' && !sniffer.maybeText(chunk);
    if (!binary) continue;
    yield* held;
    held = [];
  }
  if (held.length === 0) return;
  const bytes = Buffer.concat(held);
  const found = (): OutputFormat => (isBinary(bytes) ? 'bin' : detect(bytes));
  yield decodeAs(input === 'auto' ? found() : input, bytes);
}

function decodeAs(format: OutputFormat, bytes: Uint8Array): Uint8Array {
  if (format === 'bin') return bytes;
  const decoded = format === 'hex' ? fromHex(bytes) : fromBase64(bytes);
  if (decoded === undefined) throw usage(`the input is not ${format} text`);
  return decoded;
}

/** Writes to standard output and waits while it is full. */
export async function write(data: string | Uint8Array): Promise<void> {
  if (data.length === 0 || process.stdout.write(data)) return;
  await new Promise<void>((resolve) => {
    process.stdout.once('drain', resolve);
  });
}

/** Whether bytes are written as they are. */
export function writesRaw({ output }: OutputOptions): boolean {
  return formatOf(output) === 'bin';
}

function formatOf(output: OutputFormat | undefined): OutputFormat {
  return output ?? (process.stdout.isTTY ? 'hex' : 'bin');
}

/** Writes bytes in the format asked for: by default raw into a pipe, as hex on a terminal. */
export async function writeBytes(bytes: Uint8Array, { output }: OutputOptions): Promise<void> {
  const format = formatOf(output);
  if (format === 'bin') return write(bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(format);
  await write(text === '' ? '' : `${text}\n`);
}

/** A reader that went away (`petrel ... | head`) ends the command without a word. */
export function exitQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}
