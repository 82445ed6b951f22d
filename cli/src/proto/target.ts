/** The schema that a command is given, and the message type of it that is meant. */
import { InvalidArgumentError, type Command } from 'commander';
import type { MessageType, Registry } from 'petrel/message';
import { printable, usage } from '../exit.ts';
import { near } from '../near.ts';
import type { Schema } from './schema.ts';

/** Options that `withSchema` adds. */
export interface SchemaOptions {
  readonly proto?: readonly string[];
  readonly include?: readonly string[];
}

/** Options that `withType` adds. */
export interface TypeOptions extends SchemaOptions {
  readonly type?: string;
}

/** A type, and what it was found in. */
export interface Target {
  readonly type: MessageType;
  readonly registry: Registry;
}

/** Types that a message names where there is no one to take. */
const NAMED = 8;
const LONGEST_NAME = 200;

/** Adds `--proto`, `--descriptor-set` and `--include`. */
export function withSchema(command: Command): Command {
  return command
    .option('--proto <file>', 'a .proto file, or a descriptor set; may be repeated', collected)
    .option('--descriptor-set <file>', 'the same', (file, _all) => {
      command.setOptionValue(
        'proto',
        collected(file, command.getOptionValue('proto') as string[] | undefined),
      );
      return file;
    })
    .option(
      '--include <dir>',
      'where imports are looked for, before the folder of the file; may be repeated',
      collected,
    );
}

/** Adds the options of `withSchema`, and `--type`. */
export function withType(command: Command): Command {
  return withSchema(command).option(
    '--type <name>',
    'the full name of the message (default: the one that no other message has as a field)',
  );
}

/** For options that may be repeated: all their values. */
export function collected(value: string, all: readonly string[] = []): readonly string[] {
  return [...all, value];
}

/** The files that the options name, loaded. @throws CommandError for files that can't be read or are no schema. */
export async function schemaOf({ proto, include = [] }: SchemaOptions): Promise<Schema> {
  if (proto === undefined) throw usage('no schema is given: --proto FILE names one');
  const { loadSchema } = await import('./schema.ts');
  return loadSchema(proto, { includes: include });
}

/** The type that the options name. @throws CommandError as `schemaOf`, and where there is no such type or more than one. */
export async function targetOf(options: TypeOptions): Promise<Target> {
  const schema = await schemaOf(options);
  const { registry } = schema;
  const { type: name } = options;
  return { registry, type: name === undefined ? onlyType(schema) : typeNamed(registry, name) };
}

/** The type that the options name, undefined where they name no schema. @throws CommandError as `targetOf`. */
export async function optionalTarget(options: TypeOptions): Promise<Target | undefined> {
  if (options.proto !== undefined) return targetOf(options);
  if (options.type !== undefined) throw usage('--type needs --proto FILE');
  return undefined;
}

/** The type of a full name; near names are offered for one that is not there. */
export function typeNamed(registry: Registry, name: string): MessageType {
  const type = registry.messages.get(name.replace(/^\./, ''));
  if (type !== undefined) return type;
  const names = [...registry.messages.keys()];
  const meant = new Set(near(lastOf(name).slice(0, LONGEST_NAME), names.map(lastOf)));
  const found = names.filter((each) => meant.has(lastOf(each)));
  const hint = found.length > 0 ? `did you mean ${listed(found)}?` : `it has ${listed(names)}`;
  throw usage(
    `the schema has no message ${printable(name.slice(0, LONGEST_NAME))}; ${names.length > 0 ? hint : 'it has none'}`,
  );
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** The message of the files themselves that no other refers to. */
function onlyType({ registry, files, roots }: Schema): MessageType {
  const inner = new Set<unknown>();
  for (const { name, fields } of registry.messages.values())
    for (const { type } of Object.values(fields))
      if (typeof type === 'object' && type.name !== name) inner.add(type);
  const own = files
    .filter(({ name = '' }) => roots.includes(name))
    .flatMap(({ package: prefix = '', messageType = [] }) =>
      messageType.map(({ name = '' }) => registry.messages.get(prefix === '' ? name : `${prefix}.${name}`)),
    )
    .filter((type) => type !== undefined);
  const tops = own.filter((type) => !inner.has(type));
  if (tops.length === 1) return tops[0]!;
  const names = (tops.length > 0 ? tops : own).map(({ name }) => name);
  throw usage(
    names.length === 0
      ? 'the schema has no message'
      : `--type NAME says which message is meant: ${listed(names)}`,
  );
}

function listed(names: readonly string[]): string {
  const more = names.length > NAMED ? `, ... ${names.length} in all` : '';
  return `${names.slice(0, NAMED).map(printable).join(', ')}${more}`;
}

/** `ID=NAME`, as `--message` takes it. */
export interface Registration {
  readonly id: number | bigint;
  readonly name: string;
}

/** For `--message`, which may be repeated. */
export function registration(text: string, all: readonly Registration[] = []): readonly Registration[] {
  const [, digits, name] = /^(\d{1,20})=(.+)$/.exec(text) ?? [];
  if (digits === undefined || name === undefined || BigInt(digits) >= 2n ** 64n)
    throw new InvalidArgumentError('It is ID=NAME, such as 5=acme.Chat; the id is below 2^64.');
  return [...all, { id: BigInt(digits), name }];
}
