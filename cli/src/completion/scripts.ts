/** Completion scripts for bash, zsh and fish. */
import type { CommandInfo, OptionInfo } from './program.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

export const SCRIPTS: Readonly<Record<Shell, (commands: readonly CommandInfo[]) => string>> = {
  bash,
  zsh,
  fish,
};

/** A word in single quotes, as all three shells read it. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const isInner = ({ name }: CommandInfo): boolean => name.includes(' ');
/** Commands that have commands of their own. */
const groupsOf = (commands: readonly CommandInfo[]): readonly string[] => [
  ...new Set(commands.filter(isInner).map(({ name }) => name.split(' ')[0]!)),
];
const flagsOf = (options: readonly OptionInfo[]): string[] => options.flatMap(({ flags }) => flags);

function bash(commands: readonly CommandInfo[]): string {
  const cases = commands.map(({ name, options, words }) => {
    const files = words === undefined ? ' files=1' : '';
    return `    ${quoted(name)}) options=${quoted(flagsOf(options).join(' '))} words=${quoted((words ?? []).join(' '))}${files} ;;`;
  });
  return `# bash completion for petrel: source <(petrel completion bash)
_petrel() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command=\${COMP_WORDS[1]} options= words= files= values=
  COMPREPLY=()
${groupsOf(commands)
  .map((name) => `  [[ $command == ${name} && $COMP_CWORD -gt 2 ]] && command="${name} \${COMP_WORDS[2]}"\n`)
  .join('')}  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quoted([...commands.filter((each) => !isInner(each)).map(({ name }) => name), '--help', '--version'].join(' '))} -- "$current"))
    return
  fi
  case $command in
${cases.join('\n')}
    *) return ;;
  esac
  case $command:$previous in
${valueCases(commands).join('\n')}
  esac
  if [ -n "$values" ]; then
    COMPREPLY=($(compgen -W "$values" -- "$current"))
  elif [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif [ -n "$files" ]; then
    COMPREPLY=($(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
complete -o filenames -F _petrel petrel
`;
}

/** After an option that takes one of a few values, those; after one that takes a file, files; after others nothing. */
function valueCases(commands: readonly CommandInfo[]): string[] {
  return commands.flatMap(({ name, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flags, choices, takesFile }) => {
        const pattern = flags.map((flag) => quoted(`${name}:${flag}`)).join('|');
        const then = takesFile ? 'files=1 options=' : 'return';
        return `    ${pattern}) ${choices.length > 0 ? `values=${quoted(choices.join(' '))}` : then} ;;`;
      }),
  );
}

function zsh(commands: readonly CommandInfo[]): string {
  const names = commands
    .filter((each) => !isInner(each))
    .map(({ name, about }) => quoted(`${zshText(name)}:${zshText(about)}`));
  const cases = commands.map(({ name, options, words }) => {
    const rest = words === undefined ? '*:file:_files' : `*:word:(${words.join(' ')})`;
    const specs = [...options.flatMap(zshOption), quoted(rest)];
    return `    ${quoted(name)}) _arguments ${specs.join(' \\\n      ')} ;;`;
  });
  return `#compdef petrel
# zsh completion for petrel: petrel completion zsh > "\${fpath[1]}/_petrel"
_petrel() {
  local -a commands
  commands=(
    ${names.join('\n    ')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=\${words[2]}
  shift words
  (( CURRENT-- ))
${groupsOf(commands)
  .map(
    (name) => `  if [[ $command == ${name} ]] && (( CURRENT > 2 )); then
    command="${name} \${words[2]}"
    shift words
    (( CURRENT-- ))
  fi
`,
  )
  .join('')}  case $command in
${cases.join('\n')}
  esac
}
compdef _petrel petrel
# found in $fpath, this file is the function's body the first time
[[ $funcstack[1] == _petrel ]] && _petrel
`;
}

/** What \`_arguments\` and \`_describe\` would read as their own syntax is escaped. */
const zshText = (text: string): string => text.replaceAll(/[\\:[\]]/g, String.raw`\$&`);

function zshOption({ flags, about, takesValue, takesFile, choices }: OptionInfo): string[] {
  const other = takesFile ? ':file:_files' : takesValue ? ':value: ' : '';
  const value = choices.length > 0 ? `:value:(${choices.join(' ')})` : other;
  return flags.map((flag) => quoted(`${flag}[${zshText(about)}]${value}`));
}

function fish(commands: readonly CommandInfo[]): string {
  const lines = ['# fish completion for petrel', 'complete -c petrel -f'];
  for (const command of commands) {
    const { name, about, options, words } = command;
    const here = `complete -c petrel -n ${quoted(fishCondition(command, commands))}`;
    const last = name.split(' ').at(-1)!;
    const offered = isInner(command)
      ? quoted(
          `__fish_seen_subcommand_from ${name.split(' ')[0]!}; and not __fish_seen_subcommand_from ${innersOf(name.split(' ')[0]!, commands)}`,
        )
      : '__fish_use_subcommand';
    lines.push(`complete -c petrel -n ${offered} -a ${last} -d ${quoted(fishText(about))}`);
    if (words === undefined) lines.push(`${here} -F`);
    else if (words.length > 0 && !groupsOf(commands).includes(name))
      lines.push(`${here} -a ${quoted(words.join(' '))}`);
    for (const option of options) lines.push(`${here} ${fishOption(option)}`);
  }
  return `${lines.join('\n')}\n`;
}

const innersOf = (group: string, commands: readonly CommandInfo[]): string =>
  commands
    .filter(({ name }) => name.startsWith(`${group} `))
    .map(({ name }) => name.slice(group.length + 1))
    .join(' ');

/** When a command's own options and words are offered: a command's own command may be called as another command. */
function fishCondition({ name }: CommandInfo, commands: readonly CommandInfo[]): string {
  const seen = name.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
  const groups = groupsOf(commands);
  const others = groups.filter((group) => !name.startsWith(`${group} `) && group !== name);
  if (groups.includes(name)) seen.push(`not __fish_seen_subcommand_from ${innersOf(name, commands)}`);
  if (others.length > 0) seen.push(`not __fish_seen_subcommand_from ${others.join(' ')}`);
  return seen.join('; and ');
}

/** fish also reads backslashes within single quotes. */
const fishText = (text: string): string => text.replaceAll('\\', '\\\\');

function fishOption({ flags, about, takesValue, takesFile, choices }: OptionInfo): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const other = takesFile ? ' -r -F' : takesValue ? ' -x' : '';
  const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : other;
  return `${names.join(' ')} -d ${quoted(fishText(about))}${value}`;
}
