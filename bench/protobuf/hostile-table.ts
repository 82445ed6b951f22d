/** The table of what libraries make of hostile bytes. */
import { pathToFileURL } from 'node:url';
import { HOSTILE, HOSTILE_CASES, judge, type Codec } from './hostile.ts';
import { LIBRARIES, make, type Library } from './libraries.ts';
import { withFolder } from './made.ts';

const { petrel, pbf, protobufjsStatic, protobufEs } = LIBRARIES;
const CANDIDATES: readonly Library[] = [{ ...petrel, name: 'Petrel' }, pbf, protobufjsStatic, protobufEs];

async function codecOf(library: Library, folder: string): Promise<Codec> {
  const path = make(library, HOSTILE, folder);
  const module = (await import(pathToFileURL(path).href)) as { readonly Hostile: Codec };
  return module.Hostile;
}

/** As Markdown: a row a case, a column a library. */
export async function hostileTable(): Promise<string> {
  const codecs = await withFolder((folder) =>
    Promise.all(CANDIDATES.map((library) => codecOf(library, folder))),
  );
  const head = ['bytes', ...CANDIDATES.map(({ name }) => name)];
  const rows = HOSTILE_CASES.map((hostile) => [
    hostile.about,
    ...codecs.map((codec) => judge(codec, hostile)),
  ]);
  const rule = head.map(() => '---');
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
