/** A promise, and the property that tries to break it. */
import * as fc from 'fast-check';

export interface Promised {
  /** The promise, as a sentence. */
  readonly name: string;
  readonly property: fc.IRawProperty<unknown>;
}

/** A promise about anything that `arbitrary` makes; `hold` throws when it is broken. */
export function promise<T>(name: string, arbitrary: fc.Arbitrary<T>, hold: (made: T) => void): Promised {
  return { name, property: fc.property(arbitrary, hold) as fc.IRawProperty<unknown> };
}

/** @throws Error saying both when they are not the same text. */
export function same(what: string, found: string, expected: string): void {
  if (found !== expected) throw new Error(`${what}\n  found    ${found}\n  expected ${expected}`);
}
