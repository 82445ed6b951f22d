/** What `Any` needs on both ways: the type behind its URL. */
import type { Registry } from '../message/registry.ts';
import type { MessageType } from '../message/types.ts';
import type { JsonObject } from './json-value.ts';
import { namesOf } from './names.ts';
import type { Walk } from './walk.ts';

/** The key that names the type. */
export const TYPE_KEY = '@type';
/** The key of the JSON of a well-known type, which need not be an object. */
export const VALUE_KEY = 'value';

/**
 * The type that a URL names behind its last slash: `type.googleapis.com/acme.Chat`. Nothing is ever fetched.
 * @throws JsonMappingError `malformed` where it is no such URL, `unsupported` where the registry lacks the type.
 */
export function typeOfUrl(walk: Walk, registry: Registry | undefined, url: unknown): MessageType {
  const slash = typeof url === 'string' ? url.lastIndexOf('/') : -1;
  const name = slash < 0 ? '' : (url as string).slice(slash + 1);
  if (name === '') throw walk.expected('a URL that ends in a slash and the full name of a type', url);
  const type = registry?.messages.get(name);
  if (!type) throw walk.unsupported('a type that the registry has', url);
  return type;
}

/** Whether the JSON of a type stands under `value` instead of beside `@type`. */
export function isWrapped(type: MessageType): boolean {
  return namesOf(type).known !== undefined;
}

/** Whether it does in a document: `Empty` has no JSON but its fields', and still some write `"value": {}`. */
export function isWrappedIn(json: JsonObject, type: MessageType): boolean {
  return isWrapped(type) || (type.name === 'google.protobuf.Empty' && Object.hasOwn(json, VALUE_KEY));
}
