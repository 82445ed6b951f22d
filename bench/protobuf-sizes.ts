// Prints, as Markdown, what protobuf libraries cost a browser: the README's table of bundles.
//
//   npm run sizes:protobuf
import manifest from '../package.json' with { type: 'json' };
import { bundleTable } from './protobuf/bundles.ts';
import { scores } from './protobuf/conformance.ts';
import { LIBRARIES } from './protobuf/libraries.ts';

const { devDependencies: versions } = manifest;
const right = Object.entries(await scores()).map(([name, score]) => `${name}: ${score}`);

console.log(`${await bundleTable(Object.values(LIBRARIES))}

Bytes of what reads and writes one type, bundled by esbuild for a browser, minified, gzip at level 9. "Of it the schema" is what
TestAllTypesProto3, the official suite's message of every kind of field, adds to an empty message. Static code of protobufjs is
what its compiler writes for encoding and decoding alone; its light build makes its code at run time, by \`Function\`.

Of the official suite's binary cases each answers right:

${right.map((line) => `- ${line}`).join('\n')}

protobufjs was told to keep unknown fields, which it drops by default. pbf's compiler takes the schema of proto3 alone; it keeps
no unknown fields, has neither groups nor extensions, verifies no UTF-8, rounds beyond 2^53, and writes every member of a oneof
for a message that it read.

pbf ${versions.pbf}, protobufjs ${versions.protobufjs}, protobuf-es ${versions['@bufbuild/protobuf']}: \`npm run sizes:protobuf\`.`);
