/** What PROTOCOL.md and the registry say, for the commands that quote them. */
import { existsSync, readFileSync } from 'node:fs';
import type { ErrorCode } from 'petrel';
import codes from 'petrel/spec/codes.json' with { type: 'json' };

export { codes };

/** A numbered rule. */
export interface Rule {
  /** `VALUE-9` */
  readonly id: string;
  /** The heading of its section. */
  readonly section: string;
  /** Its paragraphs as they stand in PROTOCOL.md, without the number. */
  readonly text: string;
}

let rules: ReadonlyMap<string, Rule> | undefined;

/** Every rule of PROTOCOL.md by its number, in the order of the text. */
export function protocolRules(): ReadonlyMap<string, Rule> {
  return (rules ??= parseRules(readFileSync(protocolFile(), 'utf8')));
}

/** Beside the built command, or at the root of the sources. */
function protocolFile(): URL {
  const beside = new URL('./PROTOCOL.md', import.meta.url);
  return existsSync(beside) ? beside : new URL('../../PROTOCOL.md', import.meta.url);
}

/** A rule begins with its number and ends where the next one or a heading does. */
export function parseRules(markdown: string): ReadonlyMap<string, Rule> {
  const found = new Map<string, Rule>();
  let section = '';
  let id = '';
  let lines: string[] = [];
  const end = (): void => {
    if (id !== '') found.set(id, { id, section, text: lines.join('\n').trim() });
    id = '';
  };
  let code = false;
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```')) code = !code;
    const heading = code ? null : /^#+ (.*)$/.exec(line);
    const rule = code ? null : /^\*\*\[([A-Z]+-\d+)\]\*\* ?(.*)$/.exec(line);
    if (heading !== null || rule !== null) end();
    if (heading !== null) section = heading[1]!;
    else if (rule !== null) [id, lines] = [rule[1]!, [rule[2]!]];
    else lines.push(line);
  }
  end();
  return found;
}

/** What the registry says of an error code. */
export function errorText(code: ErrorCode): string {
  return codes.errorCodes.find((entry) => entry.code === code)?.text ?? '';
}
