/** What is compared of two readings: a line for each item, with its kind, its place and, where that is plain, what it says. */
import { inflateRawSync } from 'node:zlib';
import { chatDictionary } from '../../src/dictionary/index.ts';
import { inspectFrames, type Row } from '../../src/inspect/index.ts';

/** Items that hold others: where they begin is compared, since our rows are their heads alone. */
const OPEN = new Set(['array', 'map', 'record', 'tagged', 'decimal', 'message']);
/** Items that are shown without the length before them: where they end is compared. */
const BARE = new Set(['bytes', 'reserved', 'token']);

/** An item from one offset to another. */
export function placed(name: string, start: number, end: number, says: string): string {
  const place = OPEN.has(name) ? `${start}..` : BARE.has(name) ? `..${end}` : `${start}..${end}`;
  return `${name} ${place} ${says}`;
}

const NUMBERS = new Set([
  'uint',
  'nint',
  'ref',
  'array',
  'map',
  'record',
  'id',
  'kind',
  'length',
  'received',
  'next',
]);

/** Numbers and plain texts as they are; the rest is empty: each shows it in a way of its own. */
export function spelled(kind: string, text: string): string {
  if (NUMBERS.has(kind)) return text;
  return (kind === 'text' || kind === 'verb') && /^[\w .:-]*$/.test(text) ? text : '';
}

const FIELD_NAMES: Readonly<Record<string, string>> = { 'request id': 'id' };

/** What is compared of our rows. */
function itemsOf(row: Row): string[] {
  const { kind, offset, length, label, meaning } = row;
  const end = offset + length;
  if (kind === 'frame') return [placed('kind', offset, offset + 1, String(row.bytes[0]! >> 4))];
  if (kind === 'field' && label !== 'payload') {
    const name = FIELD_NAMES[label] ?? label;
    const says = name === 'text' ? unquoted(meaning) : (name === 'verb' ? verbOf(meaning) : numberIn(meaning));
    return [placed(name, offset, end, spelled(name, says))];
  }
  if (row.rule?.startsWith('VALUE-') !== true || (kind === 'field' && label === 'payload')) return [];
  const says = kind === 'text' ? unquoted(meaning) : numberIn(meaning);
  return [placed(kind, offset, end, spelled(kind, says))];
} // prettier-ignore

/** The first number that a meaning has; of `empty array` and the like it is 0. */
function numberIn(meaning: string): string {
  return meaning.startsWith('empty ') ? '0' : (/-?\d+/.exec(meaning)?.[0] ?? '');
}

function unquoted(meaning: string): string {
  return /"(.*?)"/.exec(meaning)?.[1] ?? '';
}

/** `SEND (verb 1)`, or a text in quotes. */
function verbOf(meaning: string): string {
  return meaning.startsWith('"') ? unquoted(meaning) : meaning.replace(/ \(verb \d+\)$/, '');
}

/** PACKs without a dictionary, and with the registered one. */
function inflate(deflated: Uint8Array, id: number | bigint): Uint8Array | undefined {
  if (id === 0) return inflateRawSync(deflated);
  const chat = chatDictionary();
  return id === chat.id ? inflateRawSync(deflated, { dictionary: chat.bytes }) : undefined;
}

/** What we read in a stream of frames, secrets and what PACKs hold included. */
export function ourItems(bytes: Uint8Array, shows: (row: Row) => boolean = () => true): readonly string[] {
  const rows = inspectFrames(bytes, { showSecrets: true, textUnits: 10_000, inflate });
  return [...rows].filter(shows).flatMap(itemsOf);
}
