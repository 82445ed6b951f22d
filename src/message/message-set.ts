/**
 * MessageSet: a message whose extensions are items, groups of number 1 with a type id and a message in any order. Readers
 * also take them as plain fields, whose number is the type id.
 */
import { message as describe } from './interpret.ts';
import type { MessageReader } from './reader.ts';
import type { Field, Fields, MessageType } from './types.ts';
import { DELIMITED, START_GROUP } from './wire-types.ts';

/** The tag of an item. */
const ITEM = (1 << 3) | START_GROUP;

interface Item {
  readonly typeId: readonly number[];
  readonly message: readonly Uint8Array[];
}

/** As it is read: the first type id and the first message count. */
const Item = /* @__PURE__ */ describe('', {
  typeId: { no: 2, type: 'uint32', repeated: true, packed: false },
  message: { no: 3, type: 'bytes', repeated: true },
}) as unknown as MessageType<Item>;

type Bag = Record<string, unknown>;

/** Reads a field whole. @returns its number, in a MessageSet an item's type id; 0 for an item without one. */
export function numberOf(reader: MessageReader, messageSet: boolean): number {
  const tag = reader.tag();
  if (messageSet && tag === ITEM) return reader.message(Item, Item.create(), 1).typeId[0] ?? 0;
  reader.skip(tag);
  return tag >>> 3;
}

/** Reads the items that `fields` describes into `into`, each under its key, and skips the others. */
export function mergeItems(reader: MessageReader, fields: Fields, into: Bag): void {
  const keys = new Map(Object.entries(fields).map(([key, { no }]) => [no, key]));
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === ITEM) {
      const { typeId, message } = reader.message(Item, Item.create(), 1);
      merge(typeId[0], message[0]);
    } else if ((tag & 7) === DELIMITED) merge(tag >>> 3, reader.delimited());
    else reader.skip(tag);
  }

  /** Within the same reader, so that depth and elements are charged to it. */
  function merge(no: number | undefined, payload: Uint8Array | undefined): void {
    const key = keys.get(no ?? 0);
    if (key === undefined || !payload) return;
    const { pos, end } = reader;
    const type = fields[key]!.type as MessageType<Bag>;
    const value = (into[key] ??= type.create()) as Bag;
    reader.pos = payload.byteOffset - reader.bytes.byteOffset;
    reader.end = reader.pos + payload.length;
    type.merge(reader, value);
    reader.pos = pos;
    reader.end = end;
  }
}

/** A message that is one item alone, and its type, as `encodeMessage` takes them. */
export function itemOf(key: string, { no, type }: Field, value: object | undefined): [MessageType, object] {
  const item = describe('', {
    typeId: { no: 2, type: 'uint32', optional: true },
    [key]: { no: 3, type, optional: true },
  });
  const set = describe('', { item: { no: 1, type: item, delimited: true } });
  return [set, value === undefined ? {} : { item: { typeId: no, [key]: value } }];
}
