#!/usr/bin/env node
import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { register as bridge } from './commands/bridge.ts';
import { register as compare } from './commands/compare.ts';
import { register as completion } from './commands/completion.ts';
import { register as connect } from './commands/connect.ts';
import { register as decode } from './commands/decode.ts';
import { register as dict } from './commands/dict.ts';
import { register as encode } from './commands/encode.ts';
import { register as explain } from './commands/explain.ts';
import { register as inspect } from './commands/inspect.ts';
import { register as probe } from './commands/probe.ts';
import { register as proto } from './commands/proto.ts';
import { register as redact } from './commands/redact.ts';
import { register as replay } from './commands/replay.ts';
import { register as serve } from './commands/serve.ts';
import { register as tap } from './commands/tap.ts';
import { register as transcode } from './commands/transcode.ts';
import { register as vector } from './commands/vector.ts';
import { EXIT_CODES_HELP, report } from './exit.ts';
import { withExamples } from './help.ts';
import { exitQuietlyOnClosedPipe } from './io.ts';

/** Every command is a file of `commands/` that exports `register`; help lists them in this order. */
const REGISTER: readonly ((program: Command) => void)[] = [
  encode,
  decode,
  inspect,
  proto,
  transcode,
  connect,
  serve,
  probe,
  bridge,
  tap,
  replay,
  redact,
  vector,
  compare,
  dict,
  explain,
  completion,
];

function createProgram(): Command {
  const program = new Command('petrel')
    .description('Encode, decode, inspect and measure Petrel traffic.')
    .version(manifest.version)
    .exitOverride()
    .showHelpAfterError('(petrel --help shows examples)')
    .addHelpText('afterAll', EXIT_CODES_HELP);
  withExamples(program, [
    ['write a frame by hand, read it back', `echo 'COMMAND 7 GET "key"' | petrel encode | petrel decode`],
    ['see what every byte of a capture means', 'petrel inspect capture.bin'],
    ['what is in this protobuf message?', 'petrel proto inspect message.bin'],
    ['what would this document cost?', 'petrel compare package.json'],
    ['what does this error mean?', 'petrel explain KEY_DUPLICATE'],
  ]);
  for (const register of REGISTER) register(program);
  return program;
}

exitQuietlyOnClosedPipe();
try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
