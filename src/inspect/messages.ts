/** The rows of protobuf messages: a row for each field, by its schema's word or by a guess. */
import type { ProtocolError } from '../wire/errors.ts';
import { looseUtf8 } from '../wire/platform.ts';
import { MessageReader } from '../message/reader.ts';
import type { EnumType, FieldType, MessageType, Scalar } from '../message/types.ts';
import { DELIMITED, END_GROUP, FIXED32, FIXED64, START_GROUP } from '../message/wire-types.ts';
import { resolveLimits } from '../wire/limits.ts';
import { Guesser, type Guess } from './guess.ts';
import { fits, spotOf, unknownText, type Level, type Tagged } from './level.ts';
import { counted, shown } from './meaning.ts';
import type { Settings } from './options.ts';
import type { Place, WireKind } from './row.ts';
import {
  fixed32Meaning,
  fixed64Meaning,
  packedMeaning,
  typedMeaning,
  varintMeaning,
  varintsMeaning,
} from './scalars.ts';
import type { Known, Schema } from './schema.ts';
import { faultOf, type Sheet, type Spot } from './sheet.ts';

const KINDS: readonly WireKind[] = ['varint', 'fixed64', 'delimited', 'group', 'group end', 'fixed32'];
const ANY = 'google.protobuf.Any';
/** Of a field of each wire type. */
const RULES = ['MESSAGE-3', 'MESSAGE-1', 'MESSAGE-4', 'MESSAGE-7', 'MESSAGE-7', 'MESSAGE-1'];

export class MessageRows {
  /** Where the fields stand that are read now, or where a fault ended the reading. */
  place: Place | undefined;
  private readonly bytes: Uint8Array;
  private readonly reader: MessageReader;
  private readonly schema: Schema;
  private readonly textUnits: number;
  private readonly maxDepth: number;
  private readonly maxFields: number;
  private sheet: Sheet;
  /** Fields that may still have rows of their own. */
  private left: number;

  /** @param sheet of whose bytes a part is the message. */
  constructor(sheet: Sheet, schema: Schema, { limits, textUnits }: Pick<Settings, 'limits' | 'textUnits'>) {
    const { maxDepth, maxElements } = resolveLimits(limits);
    this.sheet = sheet;
    this.bytes = sheet.bytes;
    this.reader = new MessageReader(sheet.bytes, { limits });
    this.schema = schema;
    this.textUnits = textUnits;
    this.maxDepth = maxDepth;
    this.maxFields = this.left = maxElements;
  }

  /** The level of a message that is not within another. */
  level(type: MessageType | undefined, depth: number, place: Place | undefined): Level {
    return this.open(type && this.schema.known(type), depth, place);
  }

  /**
   * Adds the rows of the next field to `sheet`, those of a message inside it among them.
   * @throws ProtocolError for what is no field.
   */
  next(sheet: Sheet, level: Level): void {
    this.sheet = sheet;
    this.left = this.maxFields;
    this.reader.pos = sheet.pos;
    this.field(level);
  }

  /** Adds the rows of a message that goes on to `end`, and one of what a fault leaves unread. @returns the fault */
  all(end: number, level: Level): ProtocolError | undefined {
    this.reader.pos = this.sheet.pos;
    return this.within(end, level);
  }

  private open(
    known: Known | undefined,
    depth: number,
    place: Place | undefined,
    guesses?: Iterator<Guess>,
    group = 0,
    label = '',
  ): Level {
    return { known, depth, place, group, label, guesses, counts: new Map() };
  }

  /** Reads fields up to `end`. A fault inside is not one of what is around: its length says where it goes on. */
  private within(end: number, level: Level): ProtocolError | undefined {
    const { reader, sheet } = this;
    const { end: outer, depth } = reader;
    reader.end = end;
    const broken = faultOf(() => this.fields(level));
    if (broken !== undefined) this.unread(end, level, `not read: ${broken.code}`);
    reader.pos = sheet.pos;
    reader.end = outer;
    reader.depth = depth;
    return broken;
  }

  private unread(end: number, { depth, place }: Level, meaning: string): void {
    this.sheet.unread(end, { label: 'unread', depth, place }, meaning);
  }

  /** Reads fields up to the reader's end, or to the end of the level's group. */
  private fields(level: Level): void {
    const { reader } = this;
    this.place = level.place;
    for (;;) {
      if (reader.pos === reader.end) {
        if (level.group > 0) throw reader.truncated();
        return;
      }
      if (this.left <= 0) return this.unread(reader.end, level, `more than ${this.maxFields} fields`);
      if (this.field(level)) return;
    }
  }

  /** Reads a field. @returns whether it was the end of the level's group */
  private field(level: Level): boolean {
    const { reader } = this;
    this.left--;
    const tag = reader.tag();
    const no = tag >>> 3;
    const wire = tag & 7;
    if (wire === END_GROUP) {
      reader.endGroup(tag, level.group);
      const spot = { label: level.label, depth: level.depth - 1, place: level.place };
      this.add(reader.pos, spot, wire, `end of group ${no}`);
      return true;
    }
    const found = level.known?.find(no);
    const field = found !== undefined && fits(found, wire) ? found : undefined;
    const item: Tagged = { no, wire, field, level, spot: spotOf(level, no, field) };
    const prefix = level.known === undefined || field !== undefined ? '' : unknownText(found);
    if (wire === DELIMITED) this.delimited(item, prefix);
    else if (wire === START_GROUP) this.group(item, prefix);
    else this.scalar(item, prefix);
    this.place = level.place;
    return false;
  }

  private scalar({ wire, field, spot }: Tagged, prefix: string): void {
    const { reader } = this;
    const { pos } = reader;
    const says = field === undefined ? this.number(wire) : this.scalarOf(field.field.type);
    this.add(reader.pos, spot, wire, prefix + says, pos);
  }

  private scalarOf(type: FieldType): string {
    return `${this.schema.typeName(type)} ${typedMeaning(this.reader, type as Scalar | EnumType)}`;
  }

  private number(wire: number): string {
    if (wire === FIXED64) return fixed64Meaning(this.reader);
    return wire === FIXED32 ? fixed32Meaning(this.reader) : varintMeaning(this.reader);
  }

  private group({ no, wire, field, spot, level }: Tagged, prefix: string): void {
    const { reader } = this;
    const known = field?.nested();
    this.add(reader.pos, spot, wire, `${prefix}${known === undefined ? '' : `${known.label}, `}group ${no}`);
    reader.enter(1);
    reader.depth++;
    this.fields(this.open(known, spot.depth + 1, spot.place, level.guesses, no, spot.label));
    reader.depth--;
  }

  private delimited(item: Tagged, prefix: string): void {
    const { reader } = this;
    const size = reader.size();
    const end = reader.pos + size;
    const known = item.field?.nested() ?? this.held(item);
    if (known !== undefined) this.message(item, end, known.label, known);
    else if (item.field !== undefined) this.typed(item, end);
    else this.guessed(item, end, prefix);
  }

  /** What the bytes of an `Any` are. */
  private held({ level, no }: Tagged): Known | undefined {
    return level.known?.name === ANY && no === 2 ? level.held : undefined;
  }

  /** A message's tag and length, then its fields. */
  private message(
    { spot, wire }: Tagged,
    end: number,
    name: string,
    known: Known | undefined,
    guess?: Guess,
  ): void {
    const { reader } = this;
    const size = end - reader.pos;
    this.add(reader.pos, spot, wire, `${name}, ${counted(size, 'byte')}`);
    const level = this.open(known, spot.depth + 1, spot.place, guess?.inner.values());
    if (reader.depth >= this.maxDepth) {
      this.unread(end, level, `deeper than ${this.maxDepth}`);
      reader.pos = end;
      return;
    }
    reader.depth++;
    this.within(end, level);
    reader.depth--;
  }

  /** A text, bytes, or a packed list, as the schema says. */
  private typed({ field, spot, wire, level, no }: Tagged, end: number): void {
    const { reader } = this;
    const { pos, end: outer } = reader;
    const { type } = field!.field;
    reader.end = end;
    let says: string;
    if (type === 'string') says = `string ${this.text(pos, end)}`;
    else if (type === 'bytes') says = `bytes, ${counted(end - pos, 'byte')}`;
    else says = `packed ${this.schema.typeName(type)}: ${packedMeaning(reader, type as Scalar | EnumType)}`;
    reader.end = outer;
    if (level.known?.name === ANY && no === 1)
      level.held = this.schema.typeAt(looseUtf8(this.bytes, pos, end));
    this.add(end, spot, wire, says, pos);
  }

  private guessed(item: Tagged, end: number, prefix: string): void {
    const { pos, depth } = this.reader;
    const guess = this.guess(item.level, pos, end, depth + 1);
    if (guess.kind === 'message') return this.message(item, end, `${prefix}message`, undefined, guess);
    const bytes = this.bytes.subarray(pos, end);
    const says =
      guess.kind === 'text'
        ? `text ${this.text(pos, end)}`
        : pos === end
          ? 'empty'
          : counted(end - pos, 'byte') + varintsMeaning(bytes);
    this.add(end, item.spot, item.wire, prefix + says, pos);
  }

  /** A guess that was made when the message around it was guessed, or a new one. */
  private guess({ guesses }: Level, start: number, end: number, depth: number): Guess {
    const made = guesses?.next();
    if (made?.done === false) return made.value;
    return new Guesser(this.bytes, this.maxDepth, this.left).guess(start, end, depth);
  }

  private text(start: number, end: number): string {
    return shown(looseUtf8(this.bytes, start, end), this.textUnits);
  }

  /** A row that ends at `end`; its head ends at `body`. */
  private add(end: number, spot: Spot, wire: number, meaning: string, body: number = end): void {
    const { sheet } = this;
    const content = { kind: KINDS[wire]!, meaning, head: body - sheet.pos, rule: RULES[wire]! };
    sheet.add(end, spot, content);
    this.reader.pos = end;
  }
}
