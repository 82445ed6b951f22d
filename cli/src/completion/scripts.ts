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
const flagsOf = (options: readonly OptionInfo[]): string[] => options.flatMap(({ flags }) => flags);

function bash(commands: readonly CommandInfo[]): string {
  const cases = commands.map(({ name, options, words }) => {
    const files = words === undefined ? ' files=1' : '';
    return `    ${name}) options=${quoted(flagsOf(options).join(' '))} words=${quoted((words ?? []).join(' '))}${files} ;;`;
  });
  return `# bash completion for petrel: source <(petrel completion bash)
_petrel() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command=\${COMP_WORDS[1]} options= words= files= values=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quoted([...commands.map(({ name }) => name), '--help', '--version'].join(' '))} -- "$current"))
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

/** After an option that takes one of a few values, those; after one that takes another value, nothing. */
function valueCases(commands: readonly CommandInfo[]): string[] {
  return commands.flatMap(({ name, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flags, choices }) => {
        const pattern = flags.map((flag) => `${name}:${flag}`).join('|');
        return `    ${pattern}) ${choices.length > 0 ? `values=${quoted(choices.join(' '))}` : 'return'} ;;`;
      }),
  );
}

function zsh(commands: readonly CommandInfo[]): string {
  const names = commands.map(({ name, about }) => quoted(`${zshText(name)}:${zshText(about)}`));
  const cases = commands.map(({ name, options, words }) => {
    const rest = words === undefined ? '*:file:_files' : `*:word:(${words.join(' ')})`;
    const specs = [...options.flatMap(zshOption), quoted(rest)];
    return `    ${name}) _arguments ${specs.join(' \\\n      ')} ;;`;
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
  case $command in
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

function zshOption({ flags, about, takesValue, choices }: OptionInfo): string[] {
  const value = choices.length > 0 ? `:value:(${choices.join(' ')})` : takesValue ? ':value: ' : '';
  return flags.map((flag) => quoted(`${flag}[${zshText(about)}]${value}`));
}

function fish(commands: readonly CommandInfo[]): string {
  const lines = ['# fish completion for petrel', 'complete -c petrel -f'];
  for (const { name, about, options, words } of commands) {
    const here = `complete -c petrel -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
    lines.push(`complete -c petrel -n __fish_use_subcommand -a ${name} -d ${quoted(fishText(about))}`);
    if (words === undefined) lines.push(`${here} -F`);
    else if (words.length > 0) lines.push(`${here} -a ${quoted(words.join(' '))}`);
    for (const option of options) lines.push(`${here} ${fishOption(option)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** fish also reads backslashes within single quotes. */
const fishText = (text: string): string => text.replaceAll('\\', '\\\\');

function fishOption({ flags, about, takesValue, choices }: OptionInfo): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -x' : '';
  return `${names.join(' ')} -d ${quoted(fishText(about))}${value}`;
}
