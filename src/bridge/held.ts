/** What came before its turn: replies to later commands, and the pushes behind them. [RESP-17] */
import type { Part, Push, Reply } from '../frame/types.ts';

interface Held {
  readonly items: (Reply | Part | Push)[];
  /** Its REPLY is among them. */
  done: boolean;
}

export class HeldReplies {
  /** By turn. They are our own, one after the other: nobody can choose such as collide. */
  private readonly byTurn = new Map<number, Held>();
  /** The highest turn of which something is held, 0 for none. */
  highest = 0;
  /** Bytes of what is held. */
  size = 0;

  add(turn: number, body: Reply | Part | Push, size: number): void {
    let held = this.byTurn.get(turn);
    if (held === undefined) this.byTurn.set(turn, (held = { items: [], done: false }));
    held.items.push(body);
    held.done ||= body.kind === 'REPLY';
    this.highest = Math.max(this.highest, turn);
    this.size += size;
  }

  /** Whether the REPLY of a turn is held. */
  isDone(turn: number): boolean {
    return this.byTurn.get(turn)?.done === true;
  }

  /** Hands out what is held for a turn. */
  take(turn: number): readonly (Reply | Part | Push)[] | undefined {
    const held = this.byTurn.get(turn);
    if (held === undefined) return undefined;
    this.byTurn.delete(turn);
    if (this.byTurn.size === 0) this.size = this.highest = 0;
    return held.items;
  }
}
