/** What of the program completions need: its commands, their options, and what these take. */
import type { Argument, Command, Option } from 'commander';
import { allTopics } from '../explain/topics.ts';

export interface CommandInfo {
  /** Of a command's own command both words: `proto decode`. */
  readonly name: string;
  readonly about: string;
  readonly options: readonly OptionInfo[];
  /** What its arguments may be; undefined: files. */
  readonly words: readonly string[] | undefined;
}

export interface OptionInfo {
  readonly flags: readonly string[];
  readonly about: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  /** Whether the value is a file or a folder. */
  readonly takesFile: boolean;
  /** The values that it takes, where they are few. */
  readonly choices: readonly string[];
}

/** Every command of a program, those of commands behind them, and `help`. */
export function describeProgram(program: Command): readonly CommandInfo[] {
  const commands = program.commands.flatMap((command) => [
    describeCommand(command),
    ...command.commands.map((inner) => ({
      ...describeCommand(inner),
      name: `${command.name()} ${inner.name()}`,
    })),
  ]);
  const names = program.commands.map((command) => command.name());
  return [...commands, { name: 'help', about: 'Show how to use a command.', options: [], words: names }];
}

function describeCommand(command: Command): CommandInfo {
  return {
    name: command.name(),
    about: command.description(),
    options: [...command.options.map(describeOption), HELP],
    words: wordsOf(command),
  };
}

const HELP: OptionInfo = {
  flags: ['-h', '--help'],
  about: 'show help',
  takesValue: false,
  takesFile: false,
  choices: [],
};

function describeOption({
  flags,
  short,
  long,
  description,
  required,
  optional,
  argChoices,
}: Option): OptionInfo {
  return {
    flags: [short, long].filter((flag) => typeof flag === 'string'),
    about: description,
    takesValue: required || optional,
    takesFile: /<(?:file|dir)>/.test(flags),
    choices: argChoices ?? [],
  };
}

/** Its own commands; an argument's choices; the names that `explain` knows; files otherwise. */
function wordsOf(command: Command): readonly string[] | undefined {
  if (command.commands.length > 0) return command.commands.map((inner) => inner.name());
  if (command.name() === 'explain') return [...new Set(allTopics().map(({ name }) => name))];
  const [first]: readonly (Argument | undefined)[] = command.registeredArguments;
  return first === undefined ? [] : first.argChoices;
}
