/** The Kaitai Struct description, compiled, beside what we read ourselves. */
import { readFileSync } from 'node:fs';
import { compileFunction } from 'node:vm';
import runtime from 'kaitai-struct';
import compiler from 'kaitai-struct-compiler';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FRAME_ROWS } from './model.ts';
import { cases, conversation } from './cases.ts';
import { ourItems, placed, spelled } from './items.ts';

interface Span {
  readonly start: number;
  readonly end?: number;
  /** Where the stream that it was read from begins. */
  readonly ioOffset: number;
}

/** An object of a compiled class: its fields, and in debug mode where they are. */
interface Struct {
  readonly _debug: Readonly<Record<string, Span>>;
  _read(): void;
  readonly [field: string]: unknown;
}

type Enum = Readonly<Record<number, string>>;

/** Its declarations name no constructor. */
const KaitaiStream = runtime.KaitaiStream as unknown as new (bytes: Uint8Array) => object;

interface Compiled {
  readonly Petrel: { new (io: object): Struct; readonly ValueKind: Enum; readonly VerbNumber: Enum };
}

let Petrel: Compiled['Petrel'];

beforeAll(async () => {
  const description: unknown = parse(readFileSync(new URL('petrel.ksy', import.meta.url), 'utf8'));
  const files = await compiler.compile('javascript', description, null, true);
  const exported = {} as Compiled;
  compileFunction(files['Petrel.js']!, ['exports', 'require'])(exported, () => KaitaiStream);
  Petrel = exported.Petrel;
});

function read(bytes: Uint8Array): readonly Struct[] {
  // a copy that begins at its buffer's begin, from which the offsets count
  const stream = new Petrel(new KaitaiStream(Uint8Array.from(bytes)));
  stream._read();
  return stream['frames'] as readonly Struct[];
}

/** The items of a frame, as `ourItems` has them. */
function itemsOf(frame: Struct): string[] {
  const { start } = frame._debug['kind']!;
  const kind = frame['kind'] as number;
  const payload = frame['payload'] as Struct;
  const { fields } = FRAME_ROWS.find((row) => row.kind === kind)!;
  return [placed('kind', start, start + 1, String(kind)), ...fields.flatMap(({ name }) => fieldItems(name, payload))];
} // prettier-ignore

function fieldItems(name: string, payload: Struct): string[] {
  const value = payload[name];
  if (Array.isArray(value)) return (value as readonly Struct[]).flatMap(valueItems);
  if (name === 'value' || name === 'fields') return valueItems(value as Struct);
  const { start, end, ioOffset } = payload._debug[name]!;
  return start === end ? [] : [placed(name, ioOffset + start, ioOffset + end!, spelled(name, says(name, value)))];
} // prettier-ignore

function says(name: string, field: unknown): string {
  if (typeof field === 'number' || typeof field === 'string') return String(field);
  const struct = field as Struct;
  if (name !== 'verb') return String(struct['value']);
  return struct['number'] === undefined
    ? String(struct['text'])
    : Petrel.VerbNumber[struct['number'] as number]!;
}

/** A value, then those that it holds. */
function valueItems(value: Struct): string[] {
  const kind = Petrel.ValueKind[value['kind'] as number]!.toLowerCase();
  const spans = Object.entries(value._debug).filter(([name]) => !name.startsWith('_m_'));
  const [[, first] = [], [, last] = []] = [spans[0], spans.at(-1)];
  const number = value['number'] as number;
  const text = (value['utf8'] ?? value['utf16'] ?? '') as string;
  const spoken = kind === 'text' ? text : String(kind === 'nint' ? -1 - number : number);
  const start = first!.start + first!.ioOffset;
  return [placed(kind, start, last!.end! + last!.ioOffset, spelled(kind, spoken)), ...innerItems(value)];
} // prettier-ignore

function innerItems(value: Struct): string[] {
  const { array, map, record, inner } = value as unknown as Record<string, Struct | undefined>;
  const elements = (of: Struct): string[] => (of['items'] as readonly Struct[]).flatMap(valueItems);
  if (array !== undefined) return elements(array);
  if (record !== undefined) return elements(record['values'] as Struct);
  if (inner !== undefined) return valueItems(inner);
  if (map === undefined) return [];
  const keys = (map['keys'] as readonly Struct[]).map((key) => key['value'] as Struct);
  return [...keys.flatMap(valueItems), ...elements(map['values'] as Struct)];
}

/** Numbers as JavaScript rounds them. */
function rounded(item: string): string {
  return item.replace(/(?<= )-?\d{16,}$/, (digits) => String(Number(digits)));
}

/** Whether an item is a text of which it is not known what it says. */
function isSilent(item: string | undefined): boolean {
  return /^text \S+ $/.test(item ?? '');
}

function placeOf(item: string): string {
  return item.replace(/^(text \S+ ).*/, '$1');
}

/**
 * Both readings, comparable. Of a text that takes from an earlier one the description does not know what it says; of others
 * `TextDecoder` may leave out a byte order mark.
 */
function both(bytes: Uint8Array): readonly [theirs: string[], ours: string[]] {
  const ours = ourItems(bytes, ({ inflated }) => !inflated);
  const theirs = read(bytes).flatMap(itemsOf);
  const shown = (item: string, i: number): string =>
    isSilent(ours[i]) || isSilent(theirs[i]) ? placeOf(item) : rounded(item);
  return [theirs.map(shown), ours.map(shown)];
}

/** What reading throws: a RangeError would be the stack's or a buffer's. */
function faultOf(bytes: Uint8Array): unknown {
  try {
    read(bytes);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('petrel.ksy, compiled to JavaScript', () => {
  const all = cases();
  const good = all.filter(({ error }) => error === undefined);

  it(`reads what we read, at the same offsets: ${good.length} vectors`, () => {
    const found = good.map(({ name, bytes }) => ({ name, items: both(bytes) }));
    expect(found.map(({ name, items }) => [name, items[0]])).toEqual(
      found.map(({ name, items }) => [name, items[1]]),
    );
  });

  it('reads a conversation', () => {
    const [theirs, ours] = both(conversation());
    expect(theirs).toEqual(ours);
  });

  it('ends on whatever is at fault, with an error of the runtime or none', () => {
    const bad = all.filter(({ error }) => error !== undefined);
    const crashes = bad.filter(({ bytes }) => faultOf(bytes) instanceof RangeError);
    expect(crashes.map(({ name }) => name)).toEqual([]);
  });
});
