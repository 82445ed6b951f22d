/** Colour on the terminal: on request, or where it is one and NO_COLOR does not forbid it. */
import { styleText } from 'node:util';
import { Option, type Command } from 'commander';

export type ColorMode = 'auto' | 'always' | 'never';

/** What a piece of output is; one place decides how each looks. */
export type Role = 'offset' | 'hex' | 'kind' | 'value' | 'note' | 'error' | 'strong';

const FORMATS = {
  offset: 'dim',
  hex: 'cyan',
  kind: 'yellow',
  value: 'green',
  note: 'dim',
  error: 'red',
  strong: 'bold',
} as const;

/** Paints a text for its role, or leaves it as it is. */
export type Style = (role: Role, text: string) => string;

const plainStyle: Style = (_role, text) => text;
const colorStyle: Style = (role, text) =>
  text === '' ? '' : styleText(FORMATS[role], text, { validateStream: false });

/** The style for a stream. `auto` follows https://no-color.org. */
export function styleFor(mode: ColorMode, stream: { readonly isTTY?: boolean } = process.stdout): Style {
  return usesColor(mode, stream) ? colorStyle : plainStyle;
}

function usesColor(mode: ColorMode, stream: { readonly isTTY?: boolean }): boolean {
  if (mode !== 'auto') return mode === 'always';
  const { NO_COLOR, TERM } = process.env;
  return stream.isTTY === true && (NO_COLOR ?? '') === '' && TERM !== 'dumb';
}

/** Adds `--color` to a command; its options then hold `color`. */
export function withColor(command: Command): Command {
  return command.addOption(
    new Option('--color <when>', 'colour the output').choices(['auto', 'always', 'never']).default('auto'),
  );
}
