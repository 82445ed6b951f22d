/** Types by their full names: what JSON's `Any` and extensions need, and what a descriptor set becomes. */
import type { Extension } from './extensions.ts';
import type { EnumType, MessageType } from './types.ts';

/** Message types, enums and extensions by full name, without a leading dot. */
export class Registry {
  readonly messages: Map<string, MessageType> = new Map();
  readonly enums: Map<string, EnumType> = new Map();
  readonly extensions: Map<string, Extension> = new Map();

  /** Adds types; a later one of the same name replaces the earlier. */
  add(...types: readonly (MessageType | EnumType | Extension)[]): this {
    for (const type of types) {
      if ('extendee' in type) this.extensions.set(type.name, type);
      else if ('merge' in type) this.messages.set(type.name, type);
      else this.enums.set(type.name, type);
    }
    return this;
  }

  /** The extension of a message with that field number. */
  extension(extendee: string, no: number): Extension | undefined {
    for (const extension of this.extensions.values())
      if (extension.extendee.name === extendee && extension.field.no === no) return extension;
    return undefined;
  }
}
