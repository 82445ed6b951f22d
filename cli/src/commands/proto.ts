/** `petrel proto`: protobuf messages, as commands of its own. */
import type { Command } from 'commander';
import { withExamples } from '../help.ts';
import { decodeCommand } from './proto/decode.ts';
import { encodeCommand } from './proto/encode.ts';
import { genCommand } from './proto/gen.ts';
import { inspectCommand } from './proto/inspect.ts';

export function register(program: Command): void {
  const command = program
    .command('proto')
    .description('Decode, encode and inspect protobuf messages, and generate code for them.');
  for (const each of [decodeCommand(), encodeCommand(), inspectCommand(), genCommand()])
    command.addCommand(each.copyInheritedSettings(command));
  withExamples(command, [
    ['a message as JSON', 'petrel proto decode --proto chat.proto --type acme.Chat message.bin'],
    ['and back', 'petrel proto encode --proto chat.proto --type acme.Chat message.json > message.bin'],
    ['what is in these bytes? no schema is needed', 'petrel proto inspect message.bin'],
    ['types for TypeScript', 'petrel proto gen chat.proto --out src/generated'],
  ]);
}
