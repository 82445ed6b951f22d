/** Protobuf's names: how a field's name becomes the key of its property, which is its default name in JSON, and back. */

/** A field's name as a property's key: `send_time` is `sendTime`. Each `_` goes, the letter behind it becomes a capital. */
export function camelCase(name: string): string {
  return name.replace(/_+([^_]?)/g, (_, next: string) => next.toUpperCase());
}

/** The name that a key has in the `.proto` file, unless its description says another: `sendTime` is `send_time`. */
export function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}
