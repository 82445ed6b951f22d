/** What each library makes of a schema ahead of time, and the module that reads and writes with it. */
import { fromBinary } from '@bufbuild/protobuf';
import { embedFileDesc } from '@bufbuild/protobuf/codegenv2';
import { FileDescriptorSetSchema, type FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '../../cli/src/proto/gen/module.ts';
import { loadSchema } from '../../cli/src/proto/schema.ts';
import { FileDescriptorSet } from '../../src/descriptor/index.ts';
import { encodeMessage } from '../../src/message/index.ts';
import { pathOf, type BenchSchema } from './made.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The official suite's message of every kind of field. */
export const TEST_ALL_TYPES: BenchSchema = {
  file: 'spec/protobuf/google/protobuf/test_messages_proto3.proto',
  package: 'protobuf_test_messages.proto3',
  messages: ['TestAllTypesProto3'],
};

/** A way to use a library. */
export interface Library {
  readonly name: string;
  /**
   * Makes the modules of a schema in a folder.
   * @returns the text of a module that exports `{ read(bytes), write(message) }` for each message, by its name.
   */
  make(schema: BenchSchema, folder: string): string;
}

/** Runs a tool of this repository. */
function tool(command: string, ...args: string[]): Buffer {
  const path = join(root, 'node_modules/.bin', command);
  return execFileSync(path, args, { cwd: root, maxBuffer: 1 << 26 });
}

/** Exports whose bodies are expressions: of `bytes`, and of `message`. */
function exporting(messages: readonly string[], read: string, write: string): string {
  const body = `export const NAME = { read: (bytes) => ${read}, write: (message) => ${write} };\n`;
  return messages.map((name) => body.replaceAll('NAME', name)).join('');
}

/** What `petrel proto gen` writes. */
function petrel(name: string, codec: boolean): Library {
  return {
    name,
    make({ file, messages }, folder) {
      const schema = loadSchema([join(root, file)]);
      const options = { codec, runtime: 'petrel/message', ending: '.ts' };
      const [module] = generate(schema, schema.roots, options, 'schema');
      writeFileSync(join(folder, 'schema.ts'), module!.text);
      const types = messages.map((message) => `${message} as ${message}Type`);
      return `import { decodeMessage, encodeMessage } from 'petrel/message';
import { ${types.join(', ')} } from './schema.ts';
${exporting(messages, 'decodeMessage(NAMEType, bytes)', 'encodeMessage(NAMEType, message)')}`;
    },
  };
}

/** Its compiler finds no types of other packages: the well-known ones are put into the file's own. */
const pbf: Library = {
  name: 'pbf',
  make({ file, messages }, folder) {
    const text = readFileSync(join(root, file), 'utf8');
    const alone = text.replaceAll(/^import .*$/gm, '').replaceAll('google.protobuf.', '');
    const known = readFileSync(new URL('../schemas/well-known.proto', import.meta.url), 'utf8');
    const path = join(folder, 'schema.proto');
    writeFileSync(path, alone === text ? text : alone + known.replaceAll(/^(syntax|package) .*$/gm, ''));
    writeFileSync(join(folder, 'schema.js'), tool('pbf', path));
    const functions = messages.flatMap((name) => [`read${name}`, `write${name}`]);
    return `import { PbfReader, PbfWriter } from 'pbf';
import { ${functions.join(', ')} } from './schema.js';
function written(write, message) {
  const writer = new PbfWriter();
  write(message, writer);
  return writer.finish();
}
${exporting(messages, 'readNAME(new PbfReader(bytes))', 'written(writeNAME, message)')}`;
  },
};

/** Code written ahead of time, of which only what encodes and decodes is asked for. */
const protobufjsStatic: Library = {
  name: 'protobufjs, static',
  make({ file, package: name, messages }, folder) {
    const less = ['create', 'verify', 'convert', 'delimited', 'typeurl', 'comments', 'service'];
    const options = less.map((part) => `--no-${part}`);
    tool('pbjs', '-t', 'static-module', '-w', 'esm', ...options, '-o', join(folder, 'schema.js'), file);
    return `import { ${name.split('.')[0]!} } from './schema.js';
${exporting(messages, `${name}.NAME.decode(bytes)`, `${name}.NAME.encode(message).finish()`)}`;
  },
};

/** Reflection on JSON: it makes its code at run time, by `Function`. */
const protobufjsLight: Library = {
  name: 'protobufjs, light',
  make({ file, package: name, messages }, folder) {
    tool('pbjs', '-t', 'json', '-o', join(folder, 'schema.json'), file);
    const types = messages.map((message) => `const ${message}Type = root.lookupType('${name}.${message}');`);
    return `import protobuf from 'protobufjs/light.js';
import schema from './schema.json';
const root = protobuf.Root.fromJSON(schema);
${types.join('\n')}
${exporting(messages, 'NAMEType.decode(bytes)', 'NAMEType.encode(message).finish()')}`;
  },
};

/** What protoc-gen-es writes: the file's descriptor in base64, and where in it a message is. */
const protobufEs: Library = {
  name: 'protobuf-es',
  make({ file, messages }) {
    const proto = descriptorOf(file);
    const embedded = embedFileDesc(proto);
    const imports = proto.dependency.map(
      (path) => `file_${path.replace(/\.proto$/, '').replaceAll('/', '_')}`,
    );
    const indices = messages.map((name) => proto.messageType.findIndex((message) => message.name === name));
    const types = messages.map((name, i) => `const ${name}Type = messageDesc(file, ${indices[i]!});`);
    return `import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { fileDesc, messageDesc } from '@bufbuild/protobuf/codegenv2';
${imports.length > 0 ? `import { ${imports.join(', ')} } from '@bufbuild/protobuf/wkt';` : ''}
const file = /* @__PURE__ */ fileDesc('${embedded.bootable ? '' : embedded.base64()}', [${imports.join(', ')}]);
${types.join('\n')}
${exporting(messages, 'fromBinary(NAMEType, bytes)', 'toBinary(NAMEType, message)')}`;
  },
};

function descriptorOf(file: string): FileDescriptorProto {
  const { files, roots } = loadSchema([join(root, file)]);
  const own = files.find(({ name }) => name === roots[0])!;
  const set = encodeMessage(FileDescriptorSet, { file: [own] });
  const proto = fromBinary(FileDescriptorSetSchema, set).file[0]!;
  delete proto.sourceCodeInfo;
  return proto;
}

export const LIBRARIES = {
  petrel: petrel('Petrel, interpreted', false),
  generated: petrel('Petrel, generated', true),
  pbf,
  protobufjsStatic,
  protobufjsLight,
  protobufEs,
} as const satisfies Readonly<Record<string, Library>>;

/** Makes the modules of a schema for a library. @returns the path of the one that uses them. */
export function make(library: Library, schema: BenchSchema, folder: string): string {
  const path = pathOf(library.name, schema, folder);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, library.make(schema, dirname(path)));
  return path;
}
