/** A schema as `petrel proto gen` writes it, run here. */
import { transformSync } from 'esbuild';
import { runInThisContext } from 'node:vm';
import { generate } from '../../cli/src/proto/gen/module.ts';
import { FileDescriptorSet, loadDescriptors } from '../../src/descriptor/index.ts';
import * as generated from '../../src/message/generated.ts';
import * as messages from '../../src/message/index.ts';
import type { Codec } from './content.ts';
import { descriptorSet } from './descriptors.ts';
import { codecOf, type Bag } from './ours.ts';
import type { Schema } from './schema.ts';

/** What the modules import. */
const MODULES: Readonly<Record<string, object>> = {
  'petrel/message': messages,
  'petrel/message/generated': generated,
};

/** The first message of a schema, by its module: with `isCodec` its own code, else a description for the interpreter. */
export function written(schema: Schema, isCodec: boolean): Codec {
  const { file: files = [] } = messages.decodeMessage(FileDescriptorSet, descriptorSet(schema));
  const { M0 } = generatedTypes({ files, registry: loadDescriptors({ file: files }) }, isCodec);
  return codecOf(schema, M0!);
}

/** What the module of a schema's one file exports. */
export function generatedTypes(
  schema: Parameters<typeof generate>[0],
  codec: boolean,
): Readonly<Record<string, messages.MessageType<Bag>>> {
  const options = { codec, runtime: 'petrel/message', ending: '.js' };
  const [module] = generate(schema, [schema.files[0]!.name!], options);
  return run(module!.text) as Record<string, messages.MessageType<Bag>>;
}

/** What a module of TypeScript exports. */
function run(text: string): object {
  const { code } = transformSync(text, { loader: 'ts', format: 'cjs' });
  const module = { exports: {} };
  const main = runInThisContext(`(function (module, require) { ${code} })`) as (...given: unknown[]) => void;
  main(module, (name: string) => MODULES[name]);
  return module.exports;
}
