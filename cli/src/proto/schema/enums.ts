/** Enums of a `.proto` file. */
import type { EnumDraft, Scope } from './draft.ts';
import { onlyFeatures, parseOption, parseOptionList, type Option } from './options.ts';
import type { Source } from './source.ts';
import type { Token } from './tokens.ts';

/** Where the values are in an enum's descriptor. */
const VALUES = 2;

/** An enum, `enum` taken. @param at the first token of its declaration */
export function parseEnum(source: Source, scope: Scope, at: Token): void {
  const { cursor } = source;
  const name = cursor.name('the name of an enum');
  const full = source.place(scope.name, name, at);
  const draft: EnumDraft = { name, value: [] };
  const path = [...scope.path, scope.numbers.enums, scope.enums.push(draft) - 1];
  source.comment(path, at, cursor.peek());
  const options: Option[] = [];
  cursor.block(() => {
    const { text } = cursor.peek();
    const next = cursor.peek(1).text;
    if (text === 'option' && next !== '=') options.push(parseOption(cursor));
    else if (text === 'reserved' && next !== '=') skipReserved(source);
    else parseValue(source, draft, full, path);
  });
  const features = onlyFeatures(cursor, options);
  if (features) draft.options = features;
}

function parseValue(source: Source, { value }: EnumDraft, full: string, path: readonly number[]): void {
  const { cursor } = source;
  const at = cursor.peek();
  const name = cursor.name('the name of a value');
  source.place(full, name, at);
  cursor.expect('=');
  value!.push({ name, number: cursor.integer('a number', true) });
  parseOptionList(cursor);
  source.comment([...path, VALUES, value!.length - 1], at, cursor.expect(';'));
}

/** Numbers and names that nothing may use: for people who change the schema. */
export function skipReserved({ cursor }: Source): void {
  cursor.expect('reserved');
  do {
    if (cursor.peek().kind === 'string') cursor.string('a name');
    else if (cursor.peek().kind === 'name') cursor.take();
    else skipRange(cursor);
  } while (cursor.skip(','));
  cursor.expect(';');
}

/** `4`, `4 to 10`, `4 to max`. */
export function skipRange(cursor: Source['cursor']): void {
  cursor.integer('a number', true);
  if (cursor.skip('to') && !cursor.skip('max')) cursor.integer('a number or max', true);
}
