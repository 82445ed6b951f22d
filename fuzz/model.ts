/**
 * What a value is, whatever JavaScript holds it in: two values are equal by [VALUE-9] exactly when their models are the same
 * text. Written from PROTOCOL.md's words, not from the codec's code, so that the properties do not compare it with itself.
 */
import type { FrameBody } from '../src/frame/all.ts';
import { Decimal, Entries, Float, Message, Opaque, Tagged, type Encodable } from '../src/value/index.ts';

type Model = readonly (string | Model)[];

/** A value's model. */
export function modelOf(value: Encodable): string {
  return JSON.stringify(model(value));
}

function model(value: Encodable | undefined): Model {
  switch (typeof value) {
    case 'boolean':
      return [String(value)];
    case 'string':
      return ['text', value];
    case 'bigint':
      return ['integer', String(value)];
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? ['integer', String(value)] : float(value);
    case 'object':
      return value === null ? ['null'] : objectModel(value);
    default:
      throw new TypeError(`${typeof value} has no model`);
  }
}

function objectModel(value: Encodable & object): Model {
  if (Array.isArray(value)) return ['array', ...(value as Encodable[]).map(model)];
  if (value instanceof Uint8Array) return ['bytes', hex(value)];
  if (value instanceof Float) return float(value.value);
  if (value instanceof Decimal) return ['decimal', String(value.coefficient), String(value.exponent)];
  if (value instanceof Tagged) return ['tagged', String(value.tag), model(value.value)];
  if (value instanceof Message) return ['message', String(value.type), hex(value.bytes)];
  if (value instanceof Opaque) return ['opaque', String(value.kind), hex(value.bytes)];
  if (value instanceof Set) return ['tagged', '1', ['array', ...Array.from(value as Set<Encodable>, model)]];
  const pairs =
    value instanceof Entries || value instanceof Map
      ? [...(value as Iterable<[Encodable, Encodable]>)]
      : Object.entries(value as object as Record<string, Encodable>);
  return ['map', ...pairs.map(([key, item]) => [model(key), model(item)])];
}

function float(value: number): Model {
  return ['float', Object.is(value, -0) ? '-0' : String(value)];
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A frame's model: its fields by name, whatever their order; a field without a value counts as left out. */
export function frameModelOf(body: FrameBody): string {
  const fields = Object.entries(body as object as Record<string, Encodable>)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return modelOf(Entries.from(fields));
}

/**
 * What `decode` answers without `lossless`, made from what it answers with it: floats are numbers, and with `objects` maps of
 * texts are plain objects.
 */
export function loosened(value: Encodable, objects: boolean): Encodable {
  if (Array.isArray(value)) return (value as Encodable[]).map((item) => loosened(item, objects));
  if (value instanceof Float) return value.value;
  if (value instanceof Tagged) return new Tagged(value.tag, loosened(value.value, objects));
  if (!(value instanceof Entries)) return value;
  const values = value.values.map((item) => loosened(item, objects));
  return objects && value.keys.every((key) => typeof key === 'string')
    ? objectOf(value.keys, values)
    : new Entries(value.keys, values);
}

/** A plain object with these fields, whatever they are called. */
function objectOf(keys: readonly string[], values: readonly Encodable[]): { [key: string]: Encodable } {
  const object = {};
  for (const [i, key] of keys.entries()) {
    Object.defineProperty(object, key, {
      value: values[i],
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}
