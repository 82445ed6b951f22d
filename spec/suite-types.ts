/** The types of the conformance suite, both ways of running: descriptions for the interpreter, and code that is generated. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { generate } from '../cli/src/proto/gen/module.ts';
import { loadSchema, type Schema } from '../cli/src/proto/schema.ts';
import type { Registry } from '../src/message/index.ts';

const PROTOS = [
  'conformance/conformance.proto',
  'google/protobuf/test_messages_proto2.proto',
  'google/protobuf/test_messages_proto2_editions.proto',
  'google/protobuf/test_messages_proto3.proto',
  'google/protobuf/test_messages_proto3_editions.proto',
  'google/protobuf/test_messages_edition2023.proto',
];

/** The suite's own protos, as they are in this folder. */
export function suiteSchema(): Schema {
  const folder = fileURLToPath(new URL('protobuf', import.meta.url));
  return loadSchema(
    PROTOS.map((path) => join(folder, path)),
    { includes: [folder] },
  );
}

/** Generates code of a schema, with reads and writes inlined, and imports it. */
export async function generatedTypes(schema: Schema): Promise<Registry> {
  const runtime = 'petrel/message';
  const [module] = generate(schema, schema.roots, { codec: true, runtime, ending: '' }, 'types');
  const folder = mkdtempSync(join(tmpdir(), 'petrel-generated-'));
  try {
    const path = join(folder, 'types.mts');
    writeFileSync(path, fromSources(module!.text));
    const { registry } = (await import(pathToFileURL(path).href)) as { registry: Registry };
    return registry;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The package's name means its sources here. */
function fromSources(text: string): string {
  return text
    .replaceAll("'petrel/message/generated'", `'${source('generated')}'`)
    .replaceAll("'petrel/message'", `'${source('index')}'`);
}

function source(name: string): string {
  return new URL(`../src/message/${name}.ts`, import.meta.url).href;
}
