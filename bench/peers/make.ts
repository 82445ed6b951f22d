/** Makes the modules that codecs with a schema are. */
import { transformSync } from 'esbuild';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FLATBUFFERS_FILE, flatbuffersModule } from './flatbuffers.ts';
import { FOLDER, SCHEMA } from './schemas.ts';

/** @returns what removes them. The processes that measure find them by a variable of the environment. */
export async function makeModules(): Promise<() => void> {
  const { LIBRARIES, make } = await import('../protobuf/libraries.ts');
  const folder = mkdtempSync(fileURLToPath(new URL('../.made-', import.meta.url)));
  const { petrel, generated, pbf, protobufjsStatic, protobufEs } = LIBRARIES;
  for (const library of [pbf, protobufjsStatic, protobufEs]) make(library, SCHEMA, folder);
  for (const library of [petrel, generated]) asJavaScript(dirname(make(library, SCHEMA, folder)));
  writeFileSync(join(folder, FLATBUFFERS_FILE), flatbuffersModule());
  process.env[FOLDER] = folder;
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove); // whatever happens in between
  return remove;
}

/** What `petrel proto gen` wrote, without its types. */
function asJavaScript(folder: string): void {
  const { code } = transformSync(readFileSync(join(folder, 'schema.ts'), 'utf8'), { loader: 'ts' });
  writeFileSync(join(folder, 'schema.js'), code);
}
