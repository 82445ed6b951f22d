/** `petrel dict`: the preset dictionaries of PACKs. */
import type { Command } from 'commander';
import { withExamples } from '../help.ts';
import { showCommand } from './dict/show.ts';
import { trainCommand } from './dict/train.ts';

export function register(program: Command): void {
  const command = program
    .command('dict')
    .description('Make and show dictionaries, which shorten small batches.');
  for (const each of [trainCommand(), showCommand()]) command.addCommand(each.copyInheritedSettings(command));
  withExamples(command, [
    ['make one of your own traffic', 'petrel dict train capture.bin -o our.dict'],
    ['see what is in the one that ships', 'petrel dict show chat'],
    ['pack frames with it', 'petrel encode --pack --dict chat batch.txt > pack.bin'],
  ]);
}
