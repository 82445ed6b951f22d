/** What the runs of all vectors are made of: how a claim fails, where an input is cut. */
import { ProtocolError } from '../src/wire/index.ts';
import type { Fault } from './vector.ts';

/** A vector did not hold; the message says how. */
export class Failure extends Error {}

/** Fails unless both are the same text, or the same JSON. */
export function same(what: string, found: unknown, expected: unknown): void {
  const [a, b] = [found, expected].map((x) =>
    typeof x === 'string' ? x : (JSON.stringify(x) ?? 'undefined'),
  );
  if (a !== b) throw new Failure(`${what}: expected ${b!.slice(0, 900)}, found ${a!.slice(0, 900)}`);
}

/** What `run` throws as a fault; anything but a ProtocolError is a failure. */
export function faultOf(what: string, run: () => unknown): Fault | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw new Failure(`${what}: ${String(error)}`, { cause: error });
    const { code, offset, rule } = error;
    return { code, offset, rule };
  }
}

/** The fault of an input that ends here, too early. */
export function truncated(offset: number): Fault {
  return { code: 'TRUNCATED', offset, rule: 'WIRE-9' };
}

/** Where to cut: everywhere in short inputs, at the ends and some places between of long ones. */
export function cuts(length: number): number[] {
  if (length <= 160) return Array.from({ length }, (_, i) => i);
  const some = Array.from({ length: length > 20_000 ? 2 : 12 }, (_, i) =>
    Math.floor((length * (i + 1)) / 13),
  );
  return [0, 1, 2, 3, 4, 5, ...some, length - 2, length - 1];
}

/** Three bytes before and two after, which are no values. */
export function around(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 5).fill(0xff);
  out.set(bytes, 3);
  return out;
}

/** With the fields of every object in one order. */
export function ordered(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(ordered);
  if (typeof part !== 'object' || part === null) return part;
  const fields = Object.entries(part).map(([name, field]) => [name, ordered(field)] as const);
  return Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
