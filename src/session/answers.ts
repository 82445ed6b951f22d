/** Commands of the peer that are not answered yet, by their ids as texts: the peer chooses them, and could make numbers collide. */
import type { Uint64 } from '../frame/types.ts';

/** A command of the peer that is not answered yet. */
export interface Answer {
  /** Its PARTs that have no number yet. */
  parts: number;
}

export class Answers {
  /** Made with the first: an empty one takes 370 bytes. */
  private open: Map<string, Answer> | undefined;

  get size(): number {
    return this.open?.size ?? 0;
  }

  has(id: Uint64): boolean {
    return this.open?.has(String(id)) === true;
  }

  add(id: Uint64): void {
    (this.open ??= new Map()).set(String(id), { parts: 0 });
  }

  /** @throws RangeError when no such command is open. */
  demand(id: Uint64): Answer {
    const answer = this.open?.get(String(id));
    if (answer === undefined) throw new RangeError(`no command ${id} waits for an answer`);
    return answer;
  }

  delete(id: Uint64): void {
    this.open?.delete(String(id));
  }

  clear(): void {
    this.open = undefined;
  }
}
