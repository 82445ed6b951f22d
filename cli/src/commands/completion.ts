/** `petrel completion`: scripts for the shells, made from the commands themselves. */
import { Argument, type Command } from 'commander';
import { SCRIPTS, type Shell } from '../completion/scripts.ts';
import { describeProgram } from '../completion/program.ts';
import { withExamples } from '../help.ts';
import { write } from '../io.ts';

export function register(program: Command): void {
  const command = program
    .command('completion')
    .description('Print a script that completes commands, options and names in a shell.')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .action((shell: Shell) => write(SCRIPTS[shell](describeProgram(program))));
  withExamples(command, [
    ['for this bash', 'source <(petrel completion bash)'],
    ['for every zsh', `petrel completion zsh > "\${fpath[1]}/_petrel"`],
    ['for every fish', 'petrel completion fish > ~/.config/fish/completions/petrel.fish'],
  ]);
}
