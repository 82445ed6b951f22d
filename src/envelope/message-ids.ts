/** Which message type a number stands for: between the value kind *message* and described messages. [VALUE-19] */
import { decodeMessage, encodeMessage } from '../message/codec.ts';
import type { ReadOptions } from '../message/reader.ts';
import type { Init, MessageType } from '../message/types.ts';
import { Message } from '../value/types.ts';

/** A message that was in a value. */
export interface Unwrapped {
  readonly id: number | bigint;
  readonly type: MessageType;
  /** As `decodeMessage` answers it. */
  readonly message: object;
}

/** Message types by the ids that stand for them in values. Both sides of a connection agree on the same ones. */
export class MessageIds {
  private readonly types = new Map<number | bigint, MessageType>();
  private readonly ids = new Map<MessageType, number | bigint>();

  /**
   * Gives a type its id: 0 to 2^64 - 1.
   * @throws RangeError when it is out of range, or when the id or the type is taken.
   */
  add(id: number | bigint, type: MessageType): this {
    const key = normal(id);
    if (key === undefined) throw new RangeError(`a type id is a whole number from 0 to 2^64 - 1, not ${id}`);
    const [other, taken] = [this.types.get(key), this.ids.get(type)];
    if (other !== undefined && other !== type)
      throw new RangeError(`id ${id} stands for ${other.name} already`);
    if (taken !== undefined && taken !== key)
      throw new RangeError(`${type.name} has the id ${taken} already`);
    this.types.set(key, type);
    this.ids.set(type, key);
    return this;
  }

  /** The type that an id stands for. */
  typeOf(id: number | bigint): MessageType | undefined {
    const key = normal(id);
    return key === undefined ? undefined : this.types.get(key);
  }

  /** The id of a type. */
  idOf(type: MessageType): number | bigint | undefined {
    return this.ids.get(type);
  }

  /**
   * A value of kind message that holds `message`, encoded.
   * @throws TypeError when the type has no id; TypeError and RangeError as `encodeMessage`.
   */
  wrap<T extends object>(type: MessageType<T>, message: Init<T>): Message {
    const id = this.ids.get(type);
    if (id === undefined) throw new TypeError(`${type.name} has no id`);
    return new Message(id, encodeMessage(type, message));
  }

  /**
   * The message that a value of kind message holds, decoded; undefined where its id stands for no type that is known here.
   * @throws ProtocolError as `decodeMessage`; its offset counts from the message's first byte.
   */
  unwrap(value: Message, options?: ReadOptions): Unwrapped | undefined {
    const type = this.typeOf(value.type);
    return type && { id: value.type, type, message: decodeMessage(type, value.bytes, options) };
  }
}

/** One form for each id: a number where it is safe. Undefined for what is none. */
function normal(id: number | bigint): number | bigint | undefined {
  if (typeof id === 'number') return Number.isSafeInteger(id) && id >= 0 ? id : undefined;
  if (id < 0n || id >= 2n ** 64n) return undefined;
  const near = Number(id);
  return Number.isSafeInteger(near) ? near : id;
}
