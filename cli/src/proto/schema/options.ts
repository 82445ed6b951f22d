/** Options: read as protobuf's text format, then those taken that change messages. */
import type { Cursor } from './cursor.ts';
import type { FeaturesDraft } from './draft.ts';
import type { Token } from './tokens.ts';

/** A value in an option. */
export type Value =
  | {
      readonly kind: 'name' | 'number';
      readonly text: string;
      readonly negative: boolean;
      readonly at: Token;
    }
  | { readonly kind: 'text'; readonly bytes: Uint8Array; readonly at: Token }
  | { readonly kind: 'message'; readonly entries: readonly (readonly [string, Value])[]; readonly at: Token }
  | { readonly kind: 'list'; readonly values: readonly Value[]; readonly at: Token };

/** An option: `features.(pb.cpp).legacy` has three steps, that of an extension in brackets. */
export interface Option {
  readonly steps: readonly string[];
  readonly value: Value;
}

/** `option a.b = 1;` */
export function parseOption(cursor: Cursor): Option {
  cursor.expect('option');
  const option = parseAssignment(cursor);
  cursor.expect(';');
  return option;
}

/** `[a = 1, b = 2]`, if it is there. */
export function parseOptionList(cursor: Cursor): Option[] {
  const options: Option[] = [];
  if (!cursor.skip('[')) return options;
  do options.push(parseAssignment(cursor));
  while (cursor.skip(','));
  cursor.expect(']');
  return options;
}

function parseAssignment(cursor: Cursor): Option {
  const steps: string[] = [];
  do {
    if (cursor.skip('(')) {
      steps.push(`(${cursor.path('the name of an option')})`);
      cursor.expect(')');
    } else steps.push(cursor.name('the name of an option'));
  } while (cursor.skip('.'));
  cursor.expect('=');
  return { steps, value: parseValue(cursor) };
}

function parseValue(cursor: Cursor): Value {
  const at = cursor.peek();
  if (at.kind === 'string') return { kind: 'text', bytes: cursor.bytes('a text'), at };
  if (at.text === '{' || at.text === '<') return parseMessage(cursor, at);
  if (at.text === '[') return parseList(cursor, at);
  const negative = cursor.skip('-');
  if (cursor.peek().kind === 'number') return { kind: 'number', text: cursor.take().text, negative, at };
  return { kind: 'name', text: cursor.name('a value'), negative, at };
}

function parseMessage(cursor: Cursor, at: Token): Value {
  const close = cursor.take().text === '{' ? '}' : '>';
  const entries: (readonly [string, Value])[] = [];
  cursor.deeper(at, () => {
    while (!cursor.skip(close)) {
      const key = parseKey(cursor);
      const next = cursor.peek().text;
      if (!cursor.skip(':') && next !== '{' && next !== '<') cursor.expect(':');
      entries.push([key, parseValue(cursor)]);
      if (!cursor.skip(',')) cursor.skip(';');
    }
  });
  return { kind: 'message', entries, at };
}

/** A field's name, or in brackets an extension's or the URL of an Any. */
function parseKey(cursor: Cursor): string {
  if (!cursor.skip('[')) return cursor.name('the name of a field');
  let key = cursor.path('the name of an extension', false);
  while (cursor.skip('/')) key += `/${cursor.path('the name of a type', false)}`;
  cursor.expect(']');
  return `[${key}]`;
}

function parseList(cursor: Cursor, at: Token): Value {
  const values: Value[] = [];
  cursor.expect('[');
  cursor.deeper(at, () => {
    while (!cursor.skip(']')) {
      if (values.length > 0) cursor.expect(',');
      values.push(parseValue(cursor));
    }
  });
  return { kind: 'list', values, at };
}

/** The features of an edition that change messages: their keys in descriptors, and their values' numbers. */
const FEATURES: ReadonlyMap<string, readonly [keyof FeaturesDraft, Readonly<Record<string, number>>]> =
  new Map([
    ['field_presence', ['fieldPresence', { EXPLICIT: 1, IMPLICIT: 2, LEGACY_REQUIRED: 3 }]],
    ['enum_type', ['enumType', { OPEN: 1, CLOSED: 2 }]],
    ['repeated_field_encoding', ['repeatedFieldEncoding', { PACKED: 1, EXPANDED: 2 }]],
    ['utf8_validation', ['utf8Validation', { VERIFY: 2, NONE: 3 }]],
    ['message_encoding', ['messageEncoding', { LENGTH_PREFIXED: 1, DELIMITED: 2 }]],
  ]);
/** Those that change none. */
const OTHERS: ReadonlySet<string> = new Set([
  'json_format',
  'enforce_naming_style',
  'default_symbol_visibility',
  'enforce_proto_limits',
]);

/** The features that options set, if any. */
export function featuresOf(cursor: Cursor, options: readonly Option[]): FeaturesDraft | undefined {
  let features: FeaturesDraft | undefined;
  for (const { steps, value } of options) {
    if (steps[0] !== 'features' || steps[1]?.startsWith('(') === true) continue;
    features ??= {};
    if (steps.length === 2) setFeature(cursor, features, steps[1]!, value);
    else if (value.kind === 'message')
      for (const [name, each] of value.entries) setFeature(cursor, features, name, each);
    else throw cursor.error('features are a message', value.at);
  }
  return features;
}

function setFeature(cursor: Cursor, features: FeaturesDraft, name: string, value: Value): void {
  if (name.startsWith('[') || OTHERS.has(name)) return;
  const [key, numbers] = FEATURES.get(name) ?? [];
  if (!key || !numbers) throw cursor.error(`there is no feature ${name}`, value.at);
  const text = value.kind === 'name' ? value.text : '';
  if (!Object.hasOwn(numbers, text))
    throw cursor.error(`${name} is one of ${Object.keys(numbers).join(', ')}`, value.at);
  features[key] = numbers[text];
}

/** The options of a declaration, of which only features change messages. */
export function onlyFeatures(
  cursor: Cursor,
  options: readonly Option[],
): { features: FeaturesDraft } | undefined {
  const features = featuresOf(cursor, options);
  return features && { features };
}

/** An option that is `true` or `false`; undefined where it is not set. */
export function flagOf(cursor: Cursor, options: readonly Option[], name: string): boolean | undefined {
  const value = valueOf(options, name);
  if (value === undefined) return undefined;
  if (value.kind === 'name' && !value.negative && (value.text === 'true' || value.text === 'false'))
    return value.text === 'true';
  throw cursor.error(`${name} is true or false`, value.at);
}

/** The value of an option that is no extension. */
export function valueOf(options: readonly Option[], name: string): Value | undefined {
  return options.findLast(({ steps }) => steps.length === 1 && steps[0] === name)?.value;
}
