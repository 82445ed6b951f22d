/** The dictionaries of PACKs that a command has: the registered ones, and those of `--dict`. */
import { closeSync, openSync, readSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import { chatDictionary, dictionary, type Dictionary } from 'petrel/dictionary';
import { codes } from './protocol.ts';

/** What `withDictionaries` adds. */
export interface DictionaryOptions {
  readonly dict?: readonly Dictionary[];
}

const MOST_BYTES = codes.fixed.find(({ name }) => name === 'dictionaryBytes')!.value;
const AGREED_ID = /^(\d{1,7})=(.+)$/s;

function add(said: string, before: readonly Dictionary[] | undefined): readonly Dictionary[] | undefined {
  return [...(before ?? []), namedDictionary(said)];
}

/** Adds `--dict`, which may be given more than once. */
export function withDictionaries(command: Command, about: string): Command {
  return command.option('--dict <dictionary>', about, add);
}

/**
 * The dictionary that is meant: `chat`, a file, or an id that was agreed and a file, `70=our.dict`.
 * @throws InvalidArgumentError for a file that can't be read, or an id that is not free.
 */
export function namedDictionary(said: string): Dictionary {
  if (said === 'chat') return chatDictionary();
  const [, id, agreedFile] = AGREED_ID.exec(said) ?? [];
  try {
    const bytes = bytesOf(agreedFile ?? said);
    return sameAsChat(bytes) && id === undefined
      ? chatDictionary()
      : dictionary(bytes, id === undefined ? undefined : Number(id));
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** The file of a registered dictionary means that dictionary. */
function sameAsChat(bytes: Uint8Array): boolean {
  return Buffer.compare(bytes, chatDictionary().bytes) === 0;
}

/** No more is read than is needed to see that a file is too large. */
function bytesOf(file: string): Uint8Array {
  const bytes = new Uint8Array(MOST_BYTES + 1);
  const from = openSync(file, 'r');
  let size = 0;
  try {
    for (let got = -1; got !== 0 && size < bytes.length; size += got)
      got = readSync(from, bytes, size, bytes.length - size, null);
  } finally {
    closeSync(from);
  }
  if (size > MOST_BYTES)
    throw new Error(`${file} has more than ${MOST_BYTES} bytes, the most of a dictionary.`);
  return bytes.subarray(0, size);
}

/** What a command can open PACKs with: its own dictionaries before the registered ones. */
export function knownDictionaries({ dict = [] }: DictionaryOptions): readonly Dictionary[] {
  return dict.some(({ id }) => id === chatDictionary().id) ? dict : [...dict, chatDictionary()];
}
