/** The generated files, as texts. */
import { readFileSync } from 'node:fs';
import { imhexParts } from './imhex.ts';
import { kaitaiParts } from './kaitai.ts';
import { luaRegistry } from './lua.ts';

const HERE = new URL('.', import.meta.url);

/** Each file's name and what it holds. */
export function outputs(): ReadonlyMap<string, string> {
  return new Map([
    ['petrel.lua', filled('petrel.lua', { '--@registry': luaRegistry() })],
    ['petrel.ksy', filled('petrel.ksy', kaitaiParts())],
    ['petrel.hexpat', filled('petrel.hexpat', imhexParts())],
  ]);
}

/** A template with its marks replaced, such as `@row` and `--@registry`. @throws Error for marks without parts, and parts without marks. */
function filled(name: string, parts: Readonly<Record<string, string>>): string {
  const unused = new Set(Object.keys(parts));
  const text = readFileSync(new URL(`templates/${name}`, HERE), 'utf8');
  const whole = text.replaceAll(/(?:--|#|\/\/)?@[a-zA-Z]+/g, (mark) => {
    const part = parts[mark];
    if (part === undefined) throw new Error(`${name} has a ${mark} that nothing stands for`);
    unused.delete(mark);
    return part;
  });
  if (unused.size > 0) throw new Error(`${name} has no ${[...unused].join(', ')}`);
  return whole;
}
