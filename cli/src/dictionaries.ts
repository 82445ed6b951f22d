/** The dictionaries of PACKs that a command has: the registered ones, and those of `--dict`. */
import { closeSync, openSync, readSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import { chatDictionary, dictionary, type Dictionary } from 'petrel/dictionary';
import type { InspectOptions } from 'petrel/inspect';
import { zlib } from './compressor.ts';
import { codes } from './protocol.ts';

/** What `withDictionaries` adds. */
export interface DictionaryOptions {
  readonly dict?: readonly Dictionary[];
}

/** What `--dict` does where PACKs are read. */
export const OPENS_PACKS =
  'a file: PACKs with this dictionary are opened, as those with chat are; 70=file: its id is 70';

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

/**
 * Opens PACKs: with the command's own dictionaries, or the registered ones. Undefined for one whose dictionary is not at hand,
 * which stays closed.
 */
export function inflaterOf({ dict = [] }: DictionaryOptions): NonNullable<InspectOptions['inflate']> {
  const known = [...dict, chatDictionary()];
  return (deflated, id, length) => {
    const found = known.find((each) => each.id === id);
    if (id !== 0 && found === undefined) return undefined;
    return zlib.inflate(deflated, found?.bytes, length);
  };
}

/** Makes PACKs anew, with the dictionaries that `inflaterOf` opens them with. */
export function deflaterOf({
  dict = [],
}: DictionaryOptions): (bytes: Uint8Array, id: number | bigint) => Uint8Array {
  const known = [...dict, chatDictionary()];
  return (bytes, id) => zlib.deflate(bytes, known.find((each) => each.id === id)?.bytes);
}
