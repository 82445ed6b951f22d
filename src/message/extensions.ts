/**
 * Extensions: fields that another file adds to a message. They live among its unknown fields and are read and written on
 * demand, so that who uses none pays for none.
 */
import { ProtocolError } from '../wire/errors.ts';
import { encodeMessage } from './codec.ts';
import { message as describe } from './interpret.ts';
import { mergeItems, numberOf, itemOf } from './message-set.ts';
import { MessageReader, type ReadOptions } from './reader.ts';
import type { Registry } from './registry.ts';
import type { Field, FieldValue, Init, MessageType } from './types.ts';
import { UNKNOWN, type WithUnknown } from './unknown.ts';

/** An extension's description. */
export interface Extension<F extends Field = Field, E extends object = object> {
  /** The full name, without a leading dot: `acme.priority`. */
  readonly name: string;
  /** The message that it extends. */
  readonly extendee: MessageType<E>;
  readonly field: F;
}

/** What an extension holds: `undefined` when it is absent, a list when it is repeated. */
export type ExtensionValue<F extends Field> = Field extends F
  ? unknown
  : F extends { readonly repeated: true }
    ? FieldValue<F>
    : FieldValue<F> | undefined;

/** What an extension can be set to. */
export type ExtensionInit<F extends Field> = Field extends F
  ? unknown
  : Init<{ readonly value: FieldValue<F> }>['value'];

/**
 * Describes an extension.
 * @param name the full name, without a leading dot
 * @param field made by `field` or `repeated`. It always has explicit presence. In a MessageSet its number is the type id.
 * @throws TypeError for a map, a required field, a member of a oneof; for what is no single message in a MessageSet.
 */
export function extension<const F extends Field, E extends object>(
  name: string,
  extendee: MessageType<E>,
  field: F,
): Extension<F, E> {
  const { key, required, oneof, type, repeated } = field as Field;
  if (key !== undefined || required === true || oneof !== undefined)
    throw new TypeError(`the extension ${name} can't be a map, required or in a oneof`);
  if (extendee.messageSet && (typeof type === 'string' || !('merge' in type) || repeated === true))
    throw new TypeError(`the extension ${name} of a MessageSet must be a single message`);
  return { name, extendee, field };
}

/**
 * The value of an extension, read anew at each call: as a field's, the last one wins, messages are merged, numbers come
 * packed or not.
 * @param message a decoded one, or one that `setExtension` wrote to. Bytes are views of it unless `copy` is set.
 * @returns undefined, or an empty list, where the message lacks it.
 * @throws ProtocolError as `decodeMessage`, its offset counted from the start of the run of unknown fields. What was
 *   decoded is within its reader's limits: here they are the widest unless `options` says others.
 */
export function getExtension<F extends Field, E extends object>(
  message: NoInfer<E>,
  extension: Extension<F, E>,
  options?: ReadOptions,
): ExtensionValue<F> {
  const { messageSet } = extension.extendee;
  return read(message, holderOf(extension), messageSet, options)[keyOf(extension)] as ExtensionValue<F>;
}

/** Whether a message has an extension; a repeated one, with at least one element. @throws ProtocolError as `getExtension`. */
export function hasExtension<F extends Field, E extends object>(
  message: NoInfer<E>,
  extension: Extension<F, E>,
  options?: ReadOptions,
): boolean {
  return isThere(getExtension(message, extension as Extension, options));
}

/**
 * Sets an extension: every field of its number goes, the new one comes last among the unknown fields.
 * @param value what `encodeMessage` takes for such a field; `undefined` and an empty list clear it.
 * @throws TypeError, RangeError as `encodeMessage`.
 */
export function setExtension<F extends Field, E extends object>(
  message: NoInfer<E>,
  extension: Extension<F, E>,
  value: ExtensionInit<F> | undefined,
): void {
  const key = keyOf(extension);
  const written = extension.extendee.messageSet
    ? encodeMessage(...itemOf(key, extension.field, value as object | undefined))
    : encodeMessage(holderOf(extension), { [key]: value });
  clearExtension(message, extension);
  if (written.length > 0) {
    const holds: WithUnknown = message;
    holds[UNKNOWN] = [...(holds[UNKNOWN] ?? []), written];
  }
}

/** Removes every field of an extension's number from a message's unknown fields. */
export function clearExtension<F extends Field, E extends object>(
  message: NoInfer<E>,
  { extendee, field }: Extension<F, E>,
): void {
  const holds: WithUnknown = message;
  const rest: WithUnknown = {};
  for (const reader of runs(holds))
    while (reader.more()) {
      const { pos } = reader;
      if (numberOf(reader, extendee.messageSet) !== field.no) reader.keep(rest, pos);
    }
  if (rest[UNKNOWN]) holds[UNKNOWN] = rest[UNKNOWN];
  else delete holds[UNKNOWN];
}

/**
 * The extensions that a message has and a registry knows, with their values, in the order in which they first come.
 * @throws ProtocolError as `getExtension`.
 */
export function listExtensions(
  type: MessageType,
  message: object,
  registry: Registry,
  options?: ReadOptions,
): Map<Extension, unknown> {
  const found = new Set<Extension>();
  for (const reader of runs(message))
    while (reader.more()) {
      const known = registry.extension(type.name, numberOf(reader, type.messageSet));
      if (known) found.add(known);
    }
  const values = read(message, holder([...found]), type.messageSet, options);
  const present = [...found].map((each) => [each, values[keyOf(each)]] as const);
  return new Map(present.filter(([, value]) => isThere(value)));
}

type Bag = Record<string, unknown>;

function isThere(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

/** As JSON and the text format write it: no field has such a key. */
function keyOf({ name }: Extension): string {
  return `[${name}]`;
}

/** A message whose fields are extensions. */
function holder(extensions: readonly Extension[]): MessageType<Bag> {
  return describe(
    '',
    Object.fromEntries(extensions.map((each) => [keyOf(each), { ...each.field, optional: true }])),
  );
}

/** Messages of one extension each, made at its first use: 10 times as fast as at every use. */
const holders = /* @__PURE__ */ new WeakMap<Extension, MessageType<Bag>>();

function holderOf(extension: Extension): MessageType<Bag> {
  let type = holders.get(extension);
  if (!type) holders.set(extension, (type = holder([extension])));
  return type;
}

/** Reads a message's unknown fields as if they were those of a message with these fields. */
function read(message: object, type: MessageType<Bag>, messageSet: boolean, options?: ReadOptions): Bag {
  const into = type.create();
  const readers = runs(message, options);
  try {
    for (const reader of readers)
      if (messageSet) mergeItems(reader, type.fields, into);
      else type.merge(reader, into);
    for (const { pending } of readers) if (pending) for (const check of pending) check();
  } catch (error) {
    throw error instanceof ProtocolError ? error.moved(0) : error;
  }
  return into;
}

/** What was decoded once is within the limits of who decoded it. */
const DECODED: ReadOptions = { limits: { maxDepth: 1000, maxElements: 0xffff_ffff } };

function runs(message: WithUnknown, options?: ReadOptions): MessageReader[] {
  return (message[UNKNOWN] ?? []).map((run) => new MessageReader(run, { ...DECODED, ...options }));
}
