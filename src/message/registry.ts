/** Types by their full names: what JSON's `Any` and extensions need, and what a descriptor set becomes. */
import type { Extension } from './extensions.ts';
import type { EnumType, MessageType } from './types.ts';

/** Message types, enums and extensions by full name, without a leading dot, in the order in which they were added. */
export class Registry {
  readonly messages: ReadonlyMap<string, MessageType> = new Map();
  readonly enums: ReadonlyMap<string, EnumType> = new Map();
  readonly extensions: ReadonlyMap<string, Extension> = new Map();
  /** By extendee and number. The number is part of a text: it may come from the wire. */
  readonly #byNumber = new Map<string, Extension>();

  /** Adds types; a later one of the same name replaces the earlier, an extension also one of the same number. */
  add(...types: readonly (MessageType | EnumType | Extension)[]): this {
    for (const type of types) {
      if ('extendee' in type) this.#addExtension(type);
      else if ('merge' in type) (this.messages as Map<string, MessageType>).set(type.name, type);
      else (this.enums as Map<string, EnumType>).set(type.name, type);
    }
    return this;
  }

  /** The extension of a message, named in full, with that field number; of a MessageSet, with that type id. */
  extension(extendee: string, no: number): Extension | undefined {
    return this.#byNumber.get(`${extendee} ${no}`);
  }

  #addExtension(extension: Extension): void {
    const { name, extendee, field } = extension;
    const replaced = [this.extensions.get(name), this.extension(extendee.name, field.no)];
    for (const old of replaced) {
      if (!old) continue;
      (this.extensions as Map<string, Extension>).delete(old.name);
      this.#byNumber.delete(`${old.extendee.name} ${old.field.no}`);
    }
    (this.extensions as Map<string, Extension>).set(name, extension);
    this.#byNumber.set(`${extendee.name} ${field.no}`, extension);
  }
}
