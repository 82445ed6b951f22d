/** Extensions: fields that another file adds to a message. They live among its unknown fields and are read on demand. */
import type { Field, MessageType } from './types.ts';

/** An extension's description. */
export interface Extension {
  /** The full name, without a leading dot: `acme.priority`. */
  readonly name: string;
  /** The message that it extends. */
  readonly extendee: MessageType;
  readonly field: Field;
}
