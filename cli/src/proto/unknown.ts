/** The unknown fields of a decoded message, which its JSON leaves out. */
import { MessageReader, UNKNOWN, type MessageType, type Registry, type WithUnknown } from 'petrel/message';
import { formatPath, type PathStep } from 'petrel/wire';
import { printable } from '../exit.ts';
import type { Target } from './target.ts';

/** Places that a report names. */
const NAMED = 6;

/** `2 unknown fields are not in the JSON: 15, reply.7`; undefined where there are none. */
export function unknownReport({ type, registry }: Target, message: object): string | undefined {
  const finder = new Finder(registry);
  finder.message(type, message);
  const { count, places } = finder;
  if (count === 0) return undefined;
  const named = [...places]
    .slice(0, NAMED)
    .map(([place, times]) => `${place}${times > 1 ? ` (${times} times)` : ''}`);
  const more = places.size > NAMED ? ', ...' : '';
  const are = count === 1 ? '1 unknown field is' : `${count} unknown fields are`;
  return `${are} not in the JSON: ${named.map(printable).join(', ')}${more}`;
}

/** Walks a message as deep as the decoder allowed. */
class Finder {
  count = 0;
  /** Paths that end in a field's number, indices left out, and how often each is there. */
  readonly places = new Map<string, number>();
  private readonly registry: Registry;
  private readonly path: PathStep[] = [];

  constructor(registry: Registry) {
    this.registry = registry;
  }

  message(type: MessageType, message: WithUnknown): void {
    for (const run of message[UNKNOWN] ?? []) this.run(type, run);
    for (const key of Object.keys(message)) {
      const field = Object.hasOwn(type.fields, key) ? type.fields[key] : undefined;
      const nested = field?.type;
      const value = (message as Record<string, unknown>)[key];
      if (typeof nested !== 'object' || !('merge' in nested) || value === undefined) continue;
      this.path.push(key);
      for (const each of field!.repeated || field!.key ? Object.values(value as object) : [value])
        this.message(nested, each as WithUnknown);
      this.path.pop();
    }
  }

  private run(type: MessageType, run: Uint8Array): void {
    const reader = new MessageReader(run, { limits: { maxDepth: 1000, maxElements: 0xffff_ffff } });
    while (reader.pos < reader.end) {
      const tag = reader.tag();
      reader.skip(tag);
      const no = tag >>> 3;
      if (type.messageSet || this.registry.extension(type.name, no) !== undefined) continue;
      this.count++;
      const place = formatPath([...this.path, String(no)]);
      this.places.set(place, (this.places.get(place) ?? 0) + 1);
    }
  }
}
