/** The generated files, as texts. */
import { readFileSync } from 'node:fs';
import { luaRegistry } from './lua.ts';

const HERE = new URL('.', import.meta.url);

/** Each file's name and what it holds. */
export function outputs(): ReadonlyMap<string, string> {
  return new Map([['petrel.lua', filled('petrel.lua', { '--@registry': luaRegistry() })]]);
}

/** A template with its marks replaced. */
function filled(name: string, parts: Readonly<Record<string, string>>): string {
  let text = readFileSync(new URL(`templates/${name}`, HERE), 'utf8');
  for (const [mark, part] of Object.entries(parts)) {
    if (text.split(mark).length !== 2) throw new Error(`${name} has not one ${mark}`);
    text = text.replace(mark, () => part);
  }
  return text;
}
