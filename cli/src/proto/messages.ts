/** Messages in values: their types by id, and what a line of text says of them. */
import type { Command } from 'commander';
import { Entries, Message, ProtocolError, Tagged } from 'petrel';
import { MessageIds } from 'petrel/envelope';
import { inspectMessage } from 'petrel/inspect';
import type { Registry } from 'petrel/message';
import { formatValue, type TextLine } from 'petrel/text';
import { formatPath, type PathStep } from 'petrel/wire';
import { CommandError, printable, usage } from '../exit.ts';
import type { textFromMessage } from './json.ts';
import {
  registration,
  schemaOf,
  typeNamed,
  withSchema,
  type Registration,
  type SchemaOptions,
} from './target.ts';

/** Options that `withMessages` adds. */
export interface MessageOptions extends SchemaOptions {
  readonly message?: readonly Registration[];
}

/** The registered types, and the registry that they come from. */
export interface Registered {
  readonly ids: MessageIds;
  readonly registry: Registry;
}

/** Adds `--message` and the options of `withSchema`. */
export function withMessages(command: Command): Command {
  return withSchema(command).option(
    '--message <id=name>',
    'messages with this type id in values are of this type; may be repeated',
    registration,
  );
}

/** What the options register; undefined where they register nothing. @throws CommandError for what does not fit together. */
export async function registeredBy(options: MessageOptions): Promise<Registered | undefined> {
  const { message = [], proto } = options;
  if (proto === undefined && message.length === 0) return undefined;
  if (message.length === 0) throw usage('--proto needs --message ID=NAME: which messages are of its types');
  const { registry } = await schemaOf(options);
  const ids = new MessageIds();
  for (const { id, name } of message) {
    const type = typeNamed(registry, name);
    try {
      ids.add(id, type);
    } catch (error) {
      throw error instanceof RangeError ? usage(`--message: ${error.message}`) : error;
    }
  }
  return { ids, registry };
}

/** A message in a frame or in a value, as people read it and as programs do. */
export interface Described {
  readonly path: string;
  readonly id: number | bigint;
  /** Undefined for a type that is not registered. */
  readonly type: string | undefined;
  /** JSON of one that is registered, fields of others; or why there is neither. */
  readonly text: string;
  readonly json: string | undefined;
}

/** Describes the messages of lines: by their registered types, others by their raw fields. */
export class MessageDescriber {
  private readonly registered: Registered;
  private readonly print: typeof textFromMessage;

  constructor(registered: Registered, print: typeof textFromMessage) {
    this.registered = registered;
    this.print = print;
  }

  /** Every message of a line, in the order of the bytes. */
  describe({ body, value }: TextLine): readonly Described[] {
    const found: Described[] = [];
    const visit = (part: unknown, path: readonly PathStep[]): void => {
      if (part instanceof Message) found.push(this.one(part, path));
      else
        for (const [step, child] of children(part))
          if (typeof child === 'object') visit(child, step === undefined ? path : [...path, step]);
    };
    if (value !== undefined) visit(value, []);
    for (const [name, field] of Object.entries(body ?? {})) visit(field, [name]);
    return found;
  }

  private one(message: Message, path: readonly PathStep[]): Described {
    const { ids, registry } = this.registered;
    const type = ids.typeOf(message.type);
    const place = { path: formatPath(path), id: message.type, type: type?.name };
    if (type === undefined) return { ...place, json: undefined, text: rawFields(message.bytes) };
    try {
      const json = this.print(type, ids.unwrap(message)!.message, { registry, shortFloats: true });
      return { ...place, json, text: printable(json) };
    } catch (error) {
      if (!(error instanceof ProtocolError || error instanceof CommandError)) throw error;
      return { ...place, json: undefined, text: printable(error.message) };
    }
  }
}

/** Lines of the text form's comments, one for each message. */
export function commentsOf(described: readonly Described[]): string {
  return described
    .map(
      ({ path, id, type, text }) => `# ${path === '' ? '' : `${path}: `}${type ?? `message ${id}`} ${text}\n`,
    )
    .join('');
}

/** A member of a line's JSON: `,"messages":[...]`; empty where there is none. */
export function membersOf(described: readonly Described[]): string {
  if (described.length === 0) return '';
  const items = described.map(({ path, id, type, text, json }) => {
    const content = json === undefined ? `"text":${JSON.stringify(text)}` : `"json":${json}`;
    return `{"path":${JSON.stringify(path)},"id":${id},"type":${JSON.stringify(type ?? null)},${content}}`;
  });
  return `,"messages":[${items.join(',')}]`;
}

function* children(value: unknown): Iterable<[PathStep | undefined, unknown]> {
  if (value instanceof Tagged) yield [undefined, value.value];
  else if (value instanceof Entries)
    for (const [key, child] of value) yield [typeof key === 'string' ? key : formatValue(key), child];
  else if (Array.isArray(value)) yield* (value as readonly unknown[]).entries();
}

/** What is shown of a message of raw fields, in UTF-16 units. */
const LONGEST = 400;

/** `{1: varint 7, zigzag -4; 2: text "hi"}`: the fields of a message of no known type, as far as they are readable. */
function rawFields(bytes: Uint8Array): string {
  let text = '{';
  let depth = 0;
  for (const row of inspectMessage(bytes, { textUnits: 80 })) {
    if (row.fault !== undefined) return `(no protobuf message: ${row.fault.code})`;
    if (row.kind === 'group end') continue;
    if (text.length > LONGEST) return `${text}; …`;
    if (row.depth > depth) text += ' {'.repeat(row.depth - depth);
    else text += `${'}'.repeat(depth - row.depth)}${text === '{' ? '' : '; '}`;
    ({ depth } = row);
    text += `${row.label}: ${row.meaning}`;
  }
  return `${text}${'}'.repeat(depth + 1)}`;
}
