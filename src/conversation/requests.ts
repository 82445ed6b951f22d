/** Commands that wait for their replies. */
import type { Uint64 } from '../frame/types.ts';
import type { Asked } from './said.ts';

/** More that wait are forgotten, the oldest first. */
const MOST = 65_536;

export class Requests {
  /** By id in decimal: texts, since the numbers come from the wire. */
  private readonly waiting = new Map<string, Asked>();

  /** @returns whether the id was free. */
  add(request: Asked): boolean {
    const key = String(request.id);
    const free = !this.waiting.delete(key);
    this.waiting.set(key, request);
    if (this.waiting.size > MOST) this.waiting.delete(this.waiting.keys().next().value!);
    return free;
  }

  get(id: Uint64): Asked | undefined {
    return this.waiting.get(String(id));
  }

  remove(id: Uint64): void {
    this.waiting.delete(String(id));
  }

  /** All that wait, in the order in which they were asked; none waits any more. */
  drain(): readonly Asked[] {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    return all;
  }
}
