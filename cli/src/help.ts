/** Help texts: examples come first. */
import type { Command } from 'commander';

/** Puts examples before a command's usage: pairs of what is done and the line that does it. */
export function withExamples(
  command: Command,
  examples: readonly (readonly [what: string, line: string])[],
): Command {
  const lines = examples.map(([what, line]) => `  # ${what}\n  $ ${line}`);
  return command.addHelpText('before', `Examples:\n${lines.join('\n')}\n`);
}
