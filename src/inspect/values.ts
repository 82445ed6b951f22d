/** The rows of values, made as the value reader visits them: no rule is checked here. */
import type { PathStep } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { varintLength } from '../wire/writer.ts';
import * as Head from '../value/heads.ts';
import { PREFIX_CHARACTERS, valueKind, type ValueKind } from '../value/kinds.ts';
import type { ValueReader, ValueVisitor } from '../value/reader.ts';
import * as Tag from '../value/tag.ts';
import { Message, type Decimal, type Value } from '../value/types.ts';
import { embeddedRows } from './embedded.ts';
import { counted, decimalMeaning, digits, keyLabel, meaning, shown } from './meaning.ts';
import { TAG_NAMES, VALUE_RULES } from './names.ts';
import type { Settings } from './options.ts';
import type { Sheet, SheetRow, Spot } from './sheet.ts';

/** How the fields of a map are called, where keys stand for names. */
export interface FieldNames {
  name(key: Value): string | undefined;
  secret(key: Value): boolean;
}

/** A value that holds others and has not ended. */
interface OpenValue {
  readonly kind: ValueKind;
  readonly start: number;
  readonly count: number;
  /** A map's keys as they are read; a record's from its shape. */
  readonly keys: Value[];
  readonly spot: Spot;
  /** Its row; none within a secret. */
  readonly row: SheetRow | undefined;
  /** Children that ended. */
  done: number;
}

/** Where a top-level value stands; `leaf` is the value itself where it is read and holds no other. */
type SpotOfTop = (index: number, leaf?: Value) => Spot;

export class ValueRows implements ValueVisitor {
  private readonly sheet: Sheet;
  private readonly reader: ValueReader;
  private readonly top: SpotOfTop;
  private readonly settings: Settings;
  private readonly names: FieldNames | undefined;
  private readonly open: OpenValue[] = [];
  /** Top-level values that ended, and the last of them. */
  private done = 0;
  last: Value | undefined;
  /** Size of the text table when it was last looked at. */
  private texts = 0;

  /**
   * @param top where the top-level values stand.
   * @param names of the fields of a top-level map.
   */
  constructor(sheet: Sheet, reader: ValueReader, top: SpotOfTop, settings: Settings, names?: FieldNames) {
    this.sheet = sheet;
    this.reader = reader;
    this.top = top;
    this.settings = settings;
    this.names = names;
  }

  enter(kind: ValueKind, start: number, body: number, count: number, keys?: readonly string[]): void {
    const spot = this.spot();
    const row = spot.hidden
      ? undefined
      : this.sheet.add(body, spot, {
          kind,
          meaning: this.opening(kind, start, body, count),
          head: body - start,
          rule: VALUE_RULES[kind],
        });
    this.open.push({ kind, start, count, keys: keys === undefined ? [] : [...keys], spot, row, done: 0 });
  }

  leave(start: number, end: number, value: Value): void {
    const container = this.open.at(-1)?.start === start ? this.open.pop() : undefined;
    const spot = container?.spot ?? this.spot(value);
    const parent = this.open.at(-1);
    if (spot.hidden) {
      // A secret is one row, whatever it holds.
      if (!parent?.spot.hidden) this.sheet.add(end, spot, { kind: 'hidden', meaning: 'a secret, not shown' });
    } else if (value instanceof Message) embeddedRows(this.sheet, start, end, spot, value, this.settings);
    else if (container === undefined) this.scalar(start, end, spot, value);
    else if (container.row !== undefined) this.closing(container, container.row, value);
    this.count(parent, value);
  }

  /** Where the next value stands. */
  spot(leaf?: Value): Spot {
    const parent = this.open.at(-1);
    if (parent === undefined) return this.top(this.done, leaf);
    const { kind, count, done, spot } = parent;
    const child = (label: string, steps: readonly PathStep[], hidden = spot.hidden ?? false): Spot => ({
      label,
      depth: spot.depth + 1,
      place: { parent: spot.place, steps },
      hidden,
    });
    if (kind === 'array') return child(`[${done}]`, [done]);
    if (kind === 'tagged') return child('content', []);
    if (kind === 'decimal') return child('coefficient', []);
    const index = kind === 'map' ? done - count : done;
    if (index < 0) return child(`key ${done}`, ['keys', done]);
    const key = parent.keys[index]!;
    const names = this.open.length === 1 ? this.names : undefined;
    const name = names?.name(key);
    const hidden = spot.hidden || (names?.secret(key) ?? false);
    if (name !== undefined) return child(name, [name], hidden);
    if (typeof key === 'string') return child(keyLabel(key), [key], hidden);
    if (typeof key === 'number' || typeof key === 'bigint') return child(String(key), [key], hidden);
    return child(`value ${index}`, [index], hidden);
  }

  /** Counts a child that ended; a map learns its keys so. */
  private count(parent: OpenValue | undefined, value: Value): void {
    if (parent === undefined) {
      this.done++;
      this.last = value;
      this.texts = 0;
      return;
    }
    if (parent.kind === 'map' && parent.done < parent.count) {
      parent.keys.push(value);
      if (parent.keys.length === parent.count) this.shape(parent);
    }
    parent.done++;
  }

  /** The last key was read: a map of texts defines the next shape. [VALUE-10] */
  private shape({ keys, row }: OpenValue): void {
    if (row !== undefined && keys.every((key) => typeof key === 'string')) {
      row.meaning += `, shape #${this.reader.shapeCount}`;
    }
  }

  private scalar(start: number, end: number, spot: Spot, value: Value): void {
    const { bytes } = this.sheet;
    const head = bytes[start]!;
    const kind = valueKind(head);
    const { textCount } = this.reader;
    const index = textCount > this.texts ? textCount - 1 : undefined;
    this.texts = textCount;
    let says =
      kind === 'ref'
        ? this.reference(start, end, value as string)
        : meaning(kind, value, head, this.settings.textUnits, index);
    if (head === Head.TEXT_PREFIXED) says += this.prefix(start, index ?? textCount);
    const parent = this.open.at(-1);
    if (this.open.length === 1 && parent!.kind === 'map' && parent!.done < parent!.count) {
      const name = this.names?.name(value);
      if (name !== undefined) says += `, ${name}`;
    }
    this.sheet.add(end, spot, {
      kind,
      meaning: says,
      head: this.headSize(head, start),
      rule: VALUE_RULES[kind],
    });
  }

  private reference(start: number, end: number, text: string): string {
    const first = this.sheet.bytes[start]!;
    const index = first < Head.TEXT ? first - Head.REF : Head.REFS + this.numberAt(start).value;
    const saved = this.reader.textSizes[index]! - (end - start);
    return `ref #${index} ${shown(text, this.settings.textUnits)}, ${saves(saved)}`;
  }

  /** What a prefixed text takes from an earlier one; `index` is the next after those before it. */
  private prefix(start: number, index: number): string {
    const distance = this.numberAt(start);
    const shared = this.numberAt(distance.pos - 1);
    const characters = shared.value + PREFIX_CHARACTERS;
    const saved = saves(characters - (shared.pos - start));
    return `, ${characters} characters of #${index - 1 - distance.value}, ${saved}`;
  }

  /** Bytes of the head of a value that holds no other; of a prefixed text all before the rest. */
  private headSize(head: number, start: number): number {
    if (head === Head.FLOAT_SCALED) return 2;
    if (head === Head.TEXT_PREFIXED) return this.numberAt(this.numberAt(start).pos - 1).pos - start;
    return numberFollows(head) ? this.numberAt(start).pos - start : 1;
  }

  /** The length varint after a first byte. */
  private numberAt(start: number): { value: number; pos: number } {
    const at = new Reader(this.sheet.bytes, start + 1);
    const value = at.length();
    return { value, pos: at.pos };
  }

  /** What the head of a value says that holds others. */
  private opening(kind: ValueKind, start: number, body: number, count: number): string {
    switch (kind) {
      case 'array':
        return count === 0 ? 'empty array' : `array of ${count}`;
      case 'map':
        return count === 0 ? 'empty map' : `map of ${counted(count, 'pair')}`;
      case 'record':
        return this.record(start, body, count);
      case 'tagged': {
        const tag = new Reader(this.sheet.bytes, start + 1).varint();
        const name = TAG_NAMES[Number(tag)];
        return name === undefined ? `tag ${tag}` : `${name} (tag ${tag})`;
      }
      default:
        return kind;
    }
  }

  private record(start: number, body: number, count: number): string {
    const first = this.sheet.bytes[start]!;
    const index = first < Head.RECORD_LONG ? first - Head.RECORD : 7 + this.numberAt(start).value;
    const mapHead = count < 7 ? 1 : 1 + varintLength(count - 7);
    const saved = mapHead + this.reader.shapes[index]!.size - (body - start);
    return `record #${index}, ${saves(saved)}`;
  }

  /** What is known of a value only when what it holds was read. */
  private closing({ kind, start }: OpenValue, row: SheetRow, value: Value): void {
    if (kind === 'decimal') row.meaning = decimalMeaning(value as Decimal);
    if (kind === 'tagged' && typeof value === 'bigint' && this.sheet.bytes[start + 1] === Tag.BIGNUM) {
      row.meaning = `bignum ${digits(value)}`;
    }
  }
}

function saves(bytes: number): string {
  return bytes < 0 ? `costs ${counted(-bytes, 'byte')}` : `saves ${counted(bytes, 'byte')}`;
}

/** Whether a length varint stands after this first byte of a value that holds no other. */
function numberFollows(head: number): boolean {
  if (head === Head.TEXT_LONG || head === Head.BYTES_LONG) return true;
  return head === Head.REF_LONG || head === Head.TEXT_UTF16 || (head >= Head.MESSAGE && head < Head.INVALID);
}
