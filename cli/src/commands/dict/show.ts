/** `petrel dict show`: what a dictionary is. */
import { createHash } from 'node:crypto';
import { Argument, Command } from 'commander';
import type { Dictionary } from 'petrel/dictionary';
import { contentId } from 'petrel/dictionary';
import { runsOf, type Run } from '../../dict/runs.ts';
import { namedDictionary } from '../../dictionaries.ts';
import { withExamples } from '../../help.ts';
import { write } from '../../io.ts';
import { codes } from '../../protocol.ts';

interface Options {
  readonly json?: true;
}

const BYTES_IN_LINE = 24;

export function showCommand(): Command {
  const command = new Command('show')
    .description('Show the id, the hash and the content of a dictionary.')
    .addArgument(
      new Argument(
        '<dictionary>',
        'chat, a file, or an id that was agreed and a file, 70=our.dict',
      ).argParser(namedDictionary),
    )
    .option('--json', 'the same as one JSON object, its bytes as base64')
    .action(show);
  withExamples(command, [
    ['the one that ships', 'petrel dict show chat'],
    ['the id of your own', 'petrel dict show --json our.dict | jq .id'],
  ]);
  return command;
}

async function show(found: Dictionary, { json }: Options): Promise<void> {
  await write(json ? `${JSON.stringify(described(found))}\n` : `${page(found)}\n`);
}

interface Described {
  readonly id: number;
  readonly name?: string;
  readonly length: number;
  readonly contentId: number;
  readonly sha256: string;
  readonly bytes: string;
}

function described({ id, bytes }: Dictionary): Described {
  const name = codes.dictionaries.find((each) => each.id === id)?.name;
  return {
    id,
    ...(name !== undefined && { name }),
    length: bytes.length,
    contentId: contentId(bytes),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: Buffer.from(bytes).toString('base64'),
  };
}

function page(found: Dictionary): string {
  const { id, name, length, sha256 } = described(found);
  const title = `dictionary ${id}${name === undefined ? '' : `, ${name}`}: ${length} bytes`;
  const lines = [...runsOf(found.bytes)].flatMap((run) => [...rows(run)]);
  return [title, `SHA-256 ${sha256}`, '', ...lines].join('\n');
}

/** What can be read is one line; the rest is digits. */
function* rows({ offset, bytes, text }: Run): Generator<string, void, void> {
  if (text !== undefined) {
    yield `${address(offset)}  ${JSON.stringify(text)}`;
    return;
  }
  for (let at = 0; at < bytes.length; at += BYTES_IN_LINE) {
    const digits = Buffer.from(bytes.subarray(at, at + BYTES_IN_LINE)).toString('hex');
    yield `${address(offset + at)}    ${digits.replace(/..(?=.)/g, '$& ')}`;
  }
}

function address(offset: number): string {
  return offset.toString(16).padStart(4, '0');
}
