/** The writer's side of the shape table: from a sequence of keys to the index of its shape. */
import { TABLE_ENTRIES } from './kinds.ts';

/** A string that is equal for equal sequences of keys and differs for others. */
export function shapeIdentity(keys: readonly string[]): string {
  return keys.map((key) => `${key.length}:${key}`).join();
}

export class ShapeIndex {
  private readonly byKeys = new Map<string, number>();
  private readonly shapes: (readonly string[])[] = [];
  /** The shape that followed each shape the last time: like objects follow each other. */
  private readonly follower: number[] = [];
  private last = 0;

  clear(): void {
    if (this.shapes.length === 0) return;
    this.byKeys.clear();
    this.shapes.length = this.last = 0;
  }

  /** The index of the shape with these keys in this order; -1 when there was none, and now it is the next. */
  define(keys: readonly string[]): number {
    const guess = this.follower[this.last]!;
    const guessed = this.shapes[guess];
    if (guessed?.length === keys.length && keys.every((key, i) => key === guessed[i]))
      return (this.last = guess);
    const id = shapeIdentity(keys);
    const found = this.byKeys.get(id);
    const next = found ?? this.shapes.length;
    if (next >= TABLE_ENTRIES) return -1;
    if (found === undefined) {
      this.byKeys.set(id, next);
      this.shapes.push(keys);
      this.follower[next] = next;
    }
    this.follower[this.last] = next;
    this.last = next;
    return found ?? -1;
  }
}
