import { execFileSync } from 'node:child_process';
import { Argument, Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { describeProgram } from '../completion/program.ts';
import { SCRIPTS } from '../completion/scripts.ts';

const program = new Command('petrel');
program
  .command('read')
  .description("Read a file: [it's easy]")
  .argument('[file]')
  .option('--width <columns>', 'how wide')
  .addOption(new Option('-f, --format <name>', 'how').choices(['hex', 'bin']));
program.command('shell').addArgument(new Argument('<shell>').choices(['bash', 'zsh']));
const file = program.command('file').description('Do more with files.');
file.command('read').argument('[file]').option('--deep', 'all of it').option('--from <file>');
file.command('drop').addOption(new Option('--when <time>').choices(['now', 'later']));
const commands = describeProgram(program);

/** What bash offers for a line whose last word is being typed. */
function complete(...words: string[]): string[] {
  const script = `${SCRIPTS.bash(commands)}\nCOMP_WORDS=("$@") COMP_CWORD=$(($# - 1))\n_petrel\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['-c', script, 'bash', 'petrel', ...words], { encoding: 'utf8' });
  return out.split('\n').filter((line) => line !== '');
}

describe('completion in bash', () => {
  it.each<[string[], string[]]>([
    [[''], ['read', 'shell', 'file', 'help', '--help', '--version']],
    [['re'], ['read']],
    [
      ['read', '--'],
      ['--width', '--format', '--help'],
    ],
    [
      ['read', '--format', ''],
      ['hex', 'bin'],
    ],
    [['read', '-f', 'b'], ['bin']],
    [['read', '--width', ''], []],
    [['read', 'package-lock'], ['package-lock.json']],
    [
      ['shell', ''],
      ['bash', 'zsh'],
    ],
    [['help', 's'], ['shell']],
    [
      ['file', ''],
      ['read', 'drop'],
    ],
    [['file', 'd'], ['drop']],
    [
      ['file', 'read', '--'],
      ['--deep', '--from', '--help'],
    ],
    [
      ['file', 'drop', '--when', ''],
      ['now', 'later'],
    ],
    [['file', 'read', 'package-lock'], ['package-lock.json']],
    [['file', 'read', '--from', 'package-lock'], ['package-lock.json']],
    [['file', 'unknown', ''], []],
    [['unknown', ''], []],
  ])('of %j offers %j', (words, offered) => expect(complete(...words)).toEqual(offered));
});

describe('completion in zsh and fish', () => {
  it('escapes what the shell would read as its own', () => {
    expect(SCRIPTS.zsh(commands)).toContain(String.raw`'read:Read a file\: \[it'\''s easy\]'`);
    expect(SCRIPTS.fish(commands)).toContain(String.raw`-a read -d 'Read a file: [it'\''s easy]'`);
  });

  it('tells a command of a command from a command of that name', () => {
    expect(SCRIPTS.zsh(commands)).toContain(`'file read') _arguments '--deep[all of it]'`);
    const lines = SCRIPTS.fish(commands).split('\n');
    const offering = (option: string): string[] => lines.filter((line) => line.includes(` -l ${option} `));
    const seen = '__fish_seen_subcommand_from';
    expect(offering('deep').map((line) => line.split("'")[1])).toEqual([`${seen} file; and ${seen} read`]);
    expect(offering('width').map((line) => line.split("'")[1])).toEqual([
      `${seen} read; and not ${seen} file`,
    ]);
  });

  it('knows every command, option and choice', () => {
    for (const script of [SCRIPTS.zsh(commands), SCRIPTS.fish(commands)]) {
      for (const word of ['read', 'shell', 'help', 'width', 'format', 'hex bin', 'bash zsh']) {
        expect(script).toContain(word);
      }
    }
  });
});
