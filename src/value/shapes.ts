/**
 * The writer's side of the shape table: from a sequence of keys to the index of its shape. A trie, so that finding costs
 * one step a key whatever was defined before; and a guess, because like objects follow each other.
 */
import { seeded } from './keys.ts';
import { TABLE_ENTRIES } from './kinds.ts';

interface Node {
  next: Map<string, Node> | undefined;
  index: number;
}

export class ShapeIndex {
  private root: Node = { next: undefined, index: -1 };
  private readonly shapes: (readonly string[])[] = [];
  /** The shape that followed each shape the last time. */
  private readonly follower: number[] = [];
  private last = 0;

  clear(): void {
    if (this.shapes.length === 0) return;
    this.root = { next: undefined, index: -1 };
    this.shapes.length = this.follower.length = this.last = 0;
  }

  /** The index of the shape with these keys in this order, -1 when it is not defined. */
  find(keys: readonly string[]): number {
    if (this.shapes.length === 0) return -1;
    const guess = this.follower[this.last]!;
    if (same(this.shapes[guess]!, keys)) {
      this.last = guess;
      return guess;
    }
    let node: Node | undefined = this.root;
    for (const key of keys) {
      node = node.next?.get(seeded(key));
      if (node === undefined) return -1;
    }
    if (node.index >= 0) {
      this.follower[this.last] = node.index;
      this.last = node.index;
    }
    return node.index;
  }

  /** Defines the next shape. The keys are not defined yet. */
  add(keys: readonly string[]): void {
    const index = this.shapes.length;
    if (index >= TABLE_ENTRIES) return;
    let node = this.root;
    for (const key of keys) {
      const next: Map<string, Node> = (node.next ??= new Map<string, Node>());
      const id = seeded(key);
      let child = next.get(id);
      if (child === undefined) next.set(id, (child = { next: undefined, index: -1 }));
      node = child;
    }
    node.index = index;
    this.shapes.push(keys);
    this.follower.push(index);
    if (index > 0) this.follower[this.last] = index;
    this.last = index;
  }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
