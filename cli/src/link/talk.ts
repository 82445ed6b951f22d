/** A conversation with a server: what is said, what comes back, and how the command ends. */
import { LinkError, ReplyError, type LinkClient, type LinkState } from 'petrel/link/connect';
import { endpointKey } from 'petrel/link/policy';
import { Tag, type Encodable } from 'petrel';
import { Tagged } from 'petrel/value';
import { quote } from 'petrel/wire';
import { CommandError, Exit, type ExitCode } from '../exit.ts';
import { write } from '../io.ts';
import type { Style } from '../style.ts';
import { jsonText, shown, shownError } from './shown.ts';
import type { Said } from './words.ts';

export interface TalkOptions {
  readonly json: boolean;
  readonly style: Style;
  /** Milliseconds for a reply. */
  readonly within: number;
  /** Prints a line; where somebody types, above what is being typed. */
  readonly print: (line: string) => Promise<void> | void;
}

export class Talk {
  readonly client: LinkClient;
  private readonly options: TalkOptions;
  private worst: ExitCode | undefined;

  constructor(client: LinkClient, options: TalkOptions) {
    this.client = client;
    this.options = options;
  }

  /** Good, or the lowest of what has gone wrong. */
  get exitCode(): ExitCode {
    return this.worst ?? Exit.GOOD;
  }

  /** Says a command, and prints what comes of it. */
  async say({ verb, args }: Said, signal?: AbortSignal): Promise<void> {
    const { within } = this.options;
    const onPart = (value: Encodable): void => void this.part(value);
    try {
      const options = {
        onPart,
        ...(within < Infinity && { within }),
        ...(signal !== undefined && { signal }),
      };
      await this.reply(await this.client.command(verb, args, options));
    } catch (error) {
      await this.failed(error);
    }
  }

  /** Prints a push as it comes. */
  push(verb: string, args: readonly Encodable[]): void {
    const { json, style } = this.options;
    if (json) return void this.print(`{"push":${jsonText(verb)},"args":${jsonText([...args])}}`);
    const said = args.map((each) => shown(each, style, '  ')).join('\n  ');
    void this.print(
      `${style('strong', 'push')} ${style('kind', quote(verb))}${said === '' ? '' : `\n  ${said}`}`,
    );
  }

  /** A line that can't be read. */
  async wrong(error: unknown): Promise<void> {
    if (!(error instanceof CommandError)) throw error;
    this.note(error.exitCode);
    const { json, style } = this.options;
    const text = error.message;
    await this.print(json ? `{"error":${jsonText(text)}}` : `${style('error', '(error)')} ${plain(text)}`);
  }

  private async reply(value: Encodable): Promise<void> {
    const { json, style } = this.options;
    await this.print(json ? `{"reply":${jsonText(value)}}` : shown(value, style));
  }

  private async part(value: Encodable): Promise<void> {
    const { json, style } = this.options;
    await this.print(
      json ? `{"part":${jsonText(value)}}` : `${style('strong', 'part')} ${shown(value, style, '     ')}`,
    );
  }

  private async failed(error: unknown): Promise<void> {
    const { json, style } = this.options;
    if (error instanceof ReplyError) {
      this.note(Exit.REFUSED);
      const value = new Tagged(Tag.ERROR, error.value);
      return this.print(json ? `{"reply":${jsonText(value)}}` : shownError(error.value, style));
    }
    const { exitCode, text, code, outcome } = faultOf(error);
    this.note(exitCode);
    const more = code === undefined ? '' : `,"code":${JSON.stringify(code)}`;
    const done = outcome === undefined ? '' : `,"outcome":${JSON.stringify(outcome)}`;
    if (json) return this.print(`{"error":${jsonText(text)}${more}${done}}`);
    const may = outcome === 'unknown' ? style('note', ' (it may have been done)') : '';
    await this.print(`${style('error', '(error)')} ${plain(text)}${may}`);
  }

  private note(code: ExitCode): void {
    this.worst = this.worst === undefined || code < this.worst ? code : this.worst;
  }

  private async print(line: string): Promise<void> {
    await this.options.print(line);
  }
}

interface Fault {
  readonly exitCode: ExitCode;
  readonly text: string;
  readonly code?: string;
  readonly outcome?: string;
}

function faultOf(error: unknown): Fault {
  if (error instanceof LinkError) {
    const { code, outcome, message: text } = error;
    return { exitCode: Exit.UNREACHABLE, text, code, outcome };
  }
  if (error instanceof TypeError || error instanceof RangeError)
    return { exitCode: Exit.MALFORMED, text: error.message };
  if (error instanceof Error && error.name === 'AbortError')
    return { exitCode: Exit.UNREACHABLE, text: 'given up', outcome: 'unknown' };
  throw error;
}

function plain(text: string): string {
  return quote(text).slice(1, -1).replace(/\\"/g, '"');
}

/** A line of how the link stands, for people. */
export function stateLine(state: LinkState): string {
  switch (state.state) {
    case 'dialling':
      return 'dialling';
    case 'online':
      return `on ${endpointKey(state.endpoint)}${state.fresh ? '' : ', the session goes on'}`;
    case 'offline':
      return `no link; the next dial is in ${(state.redialIn / 1000).toFixed(1)} s`;
    default:
      return `the session is closed${state.code > 0 ? `, code ${state.code}` : ''}${state.text === '' ? '' : `: ${plain(state.text)}`}`;
  }
}

/** A whole line to standard output. */
export async function printLine(line: string): Promise<void> {
  await write(`${line}\n`);
}
