/** Where a conversion is: the path to the place, and how deep it lies. */
import type { WithUnknown } from '../message/unknown.ts';
import type { FaultClass, PathStep } from '../wire/errors.ts';
import { resolveLimits } from '../wire/limits.ts';
import { JsonMappingError } from './error.ts';
import { nameOf } from './json-value.ts';

/** A message as both ways see it. */
export type Bag = Record<string, unknown> & WithUnknown;

/** A path that grows and shrinks with the conversion, and one budget for nesting. */
export class Walk {
  /** The steps to the place. After an error they stay where it was thrown. */
  readonly path: PathStep[] = [];
  private readonly maxDepth: number;
  private depth = 0;

  /** @throws RangeError when `maxDepth` is not a whole number from 0 to 1,000. */
  constructor(maxDepth: number | undefined) {
    this.maxDepth = resolveLimits(maxDepth === undefined ? {} : { maxDepth }).maxDepth;
  }

  /**
   * Goes into a message or a map's entry, which is a level of nesting. No callbacks here and below: the stack has to hold
   * a thousand levels.
   * @throws JsonMappingError beyond the limit.
   */
  enter(): void {
    if (this.levelsLeft < 0)
      throw this.error(`nested deeper than ${this.maxDepth} levels, or in a circle`, 'limit');
    this.depth++;
  }

  leave(): void {
    this.depth--;
  }

  /** Levels that may be entered inside the next one; negative when it may not be entered itself. */
  get levelsLeft(): number {
    return this.maxDepth - this.depth;
  }

  /** Makes the error for what is at the place; the caller throws it. */
  error(detail: string, faultClass?: FaultClass, options?: ErrorOptions): JsonMappingError {
    return new JsonMappingError(detail, [...this.path], faultClass, options);
  }

  /** Makes the error for a value of another form; the caller throws it. */
  expected(what: string, found: unknown): JsonMappingError {
    return this.error(`expected ${what}, found ${nameOf(found)}`);
  }

  /** Makes the error for what no registry has; the caller throws it. */
  unsupported(what: string, found: unknown): JsonMappingError {
    return this.error(`expected ${what}, found ${nameOf(found)}`, 'unsupported');
  }
}

/** A property of a message: a plain object inherits `constructor` and the like, which are no fields. */
export function own(message: Bag, key: string): unknown {
  return key in Object.prototype && !Object.hasOwn(message, key) ? undefined : message[key];
}
