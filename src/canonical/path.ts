/** Finds the path to an offset: a visitor that remembers which containers are open, and stops the reading there. */
import type { PathStep } from '../wire/errors.ts';
import { stepTo } from '../value/keys.ts';
import type { ValueKind } from '../value/kinds.ts';
import type { ValueVisitor } from '../value/reader.ts';
import type { Value } from '../value/types.ts';

interface OpenValue {
  readonly kind: ValueKind;
  readonly start: number;
  readonly count: number;
  /** A map's keys as they are read; a record's from its shape. */
  readonly keys: Value[];
  /** Children that ended. */
  done: number;
}

export class PathFinder implements ValueVisitor {
  private readonly open: OpenValue[] = [];
  private readonly offset: number;
  /** Where the item begins in which the offset lies. */
  start = 0;

  constructor(offset: number) {
    this.offset = offset;
  }

  enter(kind: ValueKind, start: number, _body: number, count: number, keys: readonly string[] = []): void {
    this.stop(start, start >= this.offset);
    this.open.push({ kind, start, count, keys: [...keys], done: 0 });
  }

  leave(start: number, end: number, value: Value): void {
    this.stop(start, end > this.offset);
    if (this.open.at(-1)?.start === start) this.open.pop();
    const parent = this.open.at(-1);
    if (parent === undefined) return;
    if (parent.kind === 'map' && parent.done < parent.count) parent.keys.push(value);
    parent.done++;
  }

  /** Ends the reading; the error never leaves this layer. */
  private stop(start: number, found: boolean): void {
    if (!found) return;
    this.start = start;
    throw new Error();
  }

  /** Steps from the value down to what lies at the offset. */
  get path(): readonly PathStep[] {
    return this.open.flatMap(({ kind, keys, done, count }): PathStep[] => {
      if (kind === 'array') return [done];
      if (kind === 'tagged' || kind === 'decimal') return [];
      const index = kind === 'record' ? done : done - count;
      return index < 0 ? ['keys', done] : [stepTo(keys, index)];
    });
  }
}
