/** The rows of a payload's fields. The frames' own layouts read them, so that no rule is checked here. */
import type { ProtocolError } from '../wire/errors.ts';
import { valueKind } from '../value/kinds.ts';
import { ValueReader, type DecodeOptions } from '../value/reader.ts';
import type { Value } from '../value/types.ts';
import type { FrameName } from '../frame/kinds.ts';
import { ALL_LAYOUTS } from '../frame/all.ts';
import { PayloadReader } from '../frame/payload.ts';
import { fieldLabel, fieldMeaning, fieldRule, helloNames } from './fields.ts';
import type { Settings } from './options.ts';
import type { Place } from './row.ts';
import { CommandSecrets, lineHoldsSecret } from './secrets.ts';
import { faultOf, type Sheet, type Spot } from './sheet.ts';
import { ValueRows } from './values.ts';

/** The registered verb of what RESP says without a verb of its own. [RESP-12] */
const RESP_VERB = 'RESP';

export class PayloadRows {
  /** The fields that were read, but for those of values. */
  readonly fields: Record<string, unknown> = {};
  private readonly sheet: Sheet;
  private readonly name: FrameName;
  private readonly settings: Settings;
  private readonly depth: number;
  private readonly place: Place;
  private readonly end: number;
  private readonly reading: DecodeOptions;
  private readonly reader: PayloadReader;
  /** The field being read, and the rows of its values. */
  private field = '';
  private values: ValueRows | undefined;
  /** Of a verb and its arguments: what is known of the first so many. */
  private readonly secrets = new CommandSecrets();
  private followed = 0;

  /** @param place of the frame; its payload goes from the sheet's position to `end`. */
  constructor(sheet: Sheet, name: FrameName, end: number, settings: Settings, depth: number, place: Place) {
    this.sheet = sheet;
    this.name = name;
    this.settings = settings;
    this.depth = depth;
    this.place = place;
    this.end = end;
    this.reading = { limits: settings.limits, lossless: true };
    this.reader = new PayloadReader(this.reading);
  }

  /**
   * Adds the rows of every field as far as they can be read, and one of what is left.
   * @returns the fault that ended the reading; its offset counts from the sheet's first byte, it has no path.
   */
  read(): ProtocolError | undefined {
    const { sheet, end } = this;
    this.reader.reset(sheet.bytes, sheet.pos, end);
    const error = faultOf(() => {
      for (const field of Object.keys(ALL_LAYOUTS[this.name])) this.one(field);
    });
    if (error === undefined) this.field = '';
    const spot = { ...this.spot(), hidden: this.mayHoldSecret() };
    sheet.unread(end, spot, this.leftover(error));
    return error;
  }

  /** Where the item stands that is read next. */
  spot(): Spot {
    return this.values?.spot() ?? this.spotOf(this.field);
  }

  private one(field: string): void {
    this.field = field;
    if (field === 'fields') this.hello();
    else if (field === 'value' || field === 'args') this.valuesOf(field);
    else this.simple(field);
  }

  /** A field that is made of no values. */
  private simple(field: string): void {
    const { reader, sheet, name } = this;
    const value = ALL_LAYOUTS[name][field]!.read(reader, this.fields);
    this.fields[field] = value;
    if (reader.pos === sheet.pos) return; // an empty text or echo has no bytes
    const hidden = field === 'token' && !this.settings.showSecrets;
    sheet.add(reader.pos, this.spotOf(field), {
      kind: hidden ? 'hidden' : 'field',
      meaning: hidden ? 'a secret, not shown' : fieldMeaning(field, value, this.settings.textUnits),
      rule: fieldRule(name, field),
    });
  }

  private valuesOf(field: string): void {
    const spot = (index: number, leaf?: Value): Spot => {
      if (field !== 'args') return this.spotOf(field);
      return { ...this.spotOf(`args[${index}]`, ['args', index]), hidden: this.hidesArgument(index, leaf) };
    };
    this.values = new ValueRows(this.sheet, this.reader, spot, this.settings);
    this.reader.visitor = this.values;
    ALL_LAYOUTS[this.name][field]!.read(this.reader, this.fields);
    this.values = undefined;
  }

  /** The map of a HELLO, read as any value: whether it is plain and its fields right, the frame's layout judges later. */
  private hello(): void {
    const { sheet, settings, reader } = this;
    const inner = new ValueReader(this.reading);
    const names = helloNames(settings.showSecrets);
    this.values = new ValueRows(sheet, inner, () => this.spotOf('fields'), settings, names);
    inner.visitor = this.values;
    inner.reset(sheet.bytes, sheet.pos, this.end);
    inner.readValue();
    reader.pos = inner.pos;
    this.values = undefined;
  }

  private spotOf(field: string, steps: readonly (string | number)[] = field === '' ? [] : [field]): Spot {
    const label = field === '' ? 'unread' : fieldLabel(field);
    return { label, depth: this.depth + 1, place: { parent: this.place, steps } };
  }

  /** Arguments of AUTH prove who the client is, as credentials do; so do those of Redis's commands that carry passwords. */
  private hidesArgument(index: number, leaf?: Value): boolean {
    if (this.settings.showSecrets) return false;
    const { verb } = this.fields;
    for (; this.followed <= index; this.followed++)
      this.secrets.add(this.followed === 0 ? verb : this.values?.last);
    // [RESP-12] an inline command
    return this.secrets.next || (verb === RESP_VERB && typeof leaf === 'string' && lineHoldsSecret(leaf));
  }

  /** Whether bytes that a fault left unread may be a secret. */
  private mayHoldSecret(): boolean {
    if (this.settings.showSecrets) return false;
    return (
      this.name === 'HELLO' ||
      this.name === 'RESUME' ||
      this.secrets.next ||
      this.fields['verb'] === RESP_VERB
    );
  }

  private leftover(error: ProtocolError | undefined): string {
    if (error === undefined) return 'bytes after the last item';
    const first = this.sheet.bytes[this.sheet.pos];
    if (this.values === undefined || first === undefined) return 'not read';
    return `not read; begins as ${valueKind(first)}`;
  }
}
