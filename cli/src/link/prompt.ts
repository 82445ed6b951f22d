/** A prompt where somebody types: history, completion of verbs, and pushes above the line that is being typed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { verbName } from 'petrel/frame';
import type { Said } from './words.ts';
import { parseLine } from './words.ts';
import type { Talk } from './talk.ts';

/** Lines that are remembered, and the longest of them. */
const MOST_LINES = 1000;
const LONGEST = 4096;
/** What is said with these is nobody's to find in a file. */
const SECRET = /^\s*auth\b/i;
const OWN = ['help', 'quit', 'exit', 'state'] as const;
const HELP = `A line is a verb and its arguments: SET key 5, SEND bob {"text": "hi"}, ECHO 'one text'. What is JSON is that value,
every other word is a text. Tab completes verbs; Ctrl-C gives up a command that waits, Ctrl-D or quit ends.`;

export interface PromptOptions {
  /** Where lines are remembered; undefined: nowhere. */
  readonly history: string | undefined;
  /** What stands before what is typed. */
  readonly name: () => string;
  /** A line of how the link stands. */
  readonly state: () => string;
}

/** Where lines are remembered by default. */
export function historyPath(): string {
  return join(homedir(), '.petrel_history');
}

export class Prompt {
  private readonly options: PromptOptions;
  private readonly lines: Interface;
  private waiting: AbortController | undefined;
  private closed = false;

  constructor(options: PromptOptions) {
    this.options = options;
    this.lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: true,
      history: remembered(options.history),
      historySize: MOST_LINES,
      removeHistoryDuplicates: true,
      completer,
    });
    this.lines.on('close', () => (this.closed = true));
    this.lines.on('history', (history) => remember(options.history, history));
  }

  /** Prints above what is being typed. */
  print(line: string): void {
    process.stdout.write(`\r\u001b[K${line}\n`);
    // a prompt that is closed would read on
    if (this.waiting === undefined && !this.closed) this.lines.prompt(true);
  }

  /** Until somebody ends it. */
  async run(talk: Talk): Promise<void> {
    this.lines.on('SIGINT', () => this.interrupted());
    this.ask();
    for await (const line of this.lines) {
      if (/^\s*(?:quit|exit)\s*$/i.test(line)) break;
      await this.take(line, talk);
      this.ask();
    }
    this.lines.close();
  }

  close(): void {
    this.lines.close();
  }

  private async take(line: string, talk: Talk): Promise<void> {
    if (/^\s*help\s*$/i.test(line)) return this.print(HELP);
    if (/^\s*state\s*$/i.test(line)) return this.print(this.options.state());
    let said: Said | undefined;
    try {
      said = parseLine(line);
    } catch (error) {
      return talk.wrong(error);
    }
    if (said === undefined) return;
    this.waiting = new AbortController();
    await talk.say(said, this.waiting.signal);
    this.waiting = undefined;
  }

  private ask(): void {
    if (this.closed) return;
    this.lines.setPrompt(this.options.name());
    this.lines.prompt();
  }

  /** A command that waits is given up; a line that is typed is forgotten; an empty one ends. */
  private interrupted(): void {
    if (this.waiting !== undefined) return this.waiting.abort();
    if (this.lines.line === '') return this.lines.close();
    process.stdout.write('\n');
    this.lines.write(null, { ctrl: true, name: 'u' });
    this.ask();
  }
}

/** The registered verbs, and the prompt's own words. */
const VERBS: readonly string[] = Array.from({ length: 256 }, (_, i) => verbName(i)).filter(
  (name) => name !== undefined,
);

export function completer(line: string): [string[], string] {
  if (/\s/.test(line.trimStart())) return [[], line];
  const word = line.trimStart();
  const matching = (names: readonly string[]): string[] =>
    names.filter((name) => name.toLowerCase().startsWith(word.toLowerCase()));
  return [[...matching(VERBS), ...(word === '' ? [] : matching(OWN))], word];
}

/** The latest first, as readline wants them. */
function remembered(path: string | undefined): string[] {
  if (path === undefined) return [];
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines
      .filter((line) => line !== '' && line.length <= LONGEST)
      .toReversed()
      .slice(0, MOST_LINES);
  } catch {
    return [];
  }
}

/** A history that can't be written is no reason to stop talking. */
function remember(path: string | undefined, history: readonly string[]): void {
  if (path === undefined) return;
  const lines = history.filter(
    (line) => !SECRET.test(line) && line.length <= LONGEST && !/[\p{Cc}]/u.test(line),
  );
  try {
    writeFileSync(path, `${lines.toReversed().join('\n')}\n`, { mode: 0o600 });
  } catch {
    // nothing is lost but the convenience
  }
}
