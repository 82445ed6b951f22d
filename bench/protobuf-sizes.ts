// Prints, as Markdown, what protobuf libraries cost a browser: the README's table of bundles.
//
//   npm run sizes:protobuf
import { buildSync } from 'esbuild';
import { gzipSync } from 'node:zlib';
import { LIBRARIES, make, type BenchSchema, type Library } from './protobuf/libraries.ts';
import { withFolder } from './protobuf/made.ts';

const SCHEMAS: Readonly<Record<string, BenchSchema>> = {
  'an empty message': { file: 'bench/schemas/empty.proto', package: 'bench', messages: ['Empty'] },
  'chat messages': { file: 'bench/schemas/chat.proto', package: 'bench', messages: ['Batch'] },
  TestAllTypesProto3: {
    file: 'spec/protobuf/google/protobuf/test_messages_proto3.proto',
    package: 'protobuf_test_messages.proto3',
    messages: ['TestAllTypesProto3'],
  },
};

/** Bytes of a module with all that it imports, minified and gzipped. */
function bundled(path: string): number {
  const { outputFiles } = buildSync({
    entryPoints: [path],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    legalComments: 'none',
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

function row({ name, ...library }: Library, folder: string): string[] {
  const sizes = Object.values(SCHEMAS).map((schema) => bundled(make({ name, ...library }, schema, folder)));
  return [name, ...sizes.map(String), String(sizes.at(-1)! - sizes[0]!)];
}

function table(): string {
  const head = ['bytes', ...Object.keys(SCHEMAS), 'of it the schema'];
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  const rows = withFolder((folder) => Object.values(LIBRARIES).map((library) => row(library, folder)));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

console.log(`${table()}

What reads and writes one type, bundled by esbuild for a browser, minified, gzip at level 9. "Of it the schema" is what
TestAllTypesProto3, the official suite's message of 150 fields and 30 more types, adds to an empty message. By
\`npm run sizes:protobuf\`.`);
