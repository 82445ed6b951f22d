/** No turn: the command was answered with an error of our own, and its REPLY is still to come. */
export const OVER = -1;

/** The request ids of a half's own commands: the lowest that is free, mostly one byte, and used again. [SESSION-12] */
export class OwnIds {
  /** By id, the turn of the command that has it; 0 for a free one. */
  private turns: number[] = [0];
  /** Free ids below the end of `turns`: a heap, the lowest first. */
  private readonly free: number[] = [];
  /** How many are taken. */
  size = 0;

  /** The id that `take` gives. */
  get next(): number {
    return this.free[0] ?? this.turns.length;
  }

  /** Gives the lowest free id to the command of a turn, which is above 0. */
  take(turn: number): number {
    const id = this.next;
    if (this.free.length > 0) this.pop();
    this.turns[id] = turn;
    this.size++;
    return id;
  }

  /** Who has this id wants to hear no more: it is taken until its REPLY comes. [SESSION-13] */
  mute(id: number): void {
    this.turns[id] = OVER;
  }

  /** The turn of the command that has an id, or `OVER`; 0 where none has it, whatever number it is. */
  turnOf(id: number): number {
    return id < this.turns.length ? this.turns[id]! : 0;
  }

  /** The REPLY to the command with this id has come: it is free. */
  release(id: number): void {
    this.turns[id] = 0;
    if (--this.size > 0) return this.push(id);
    // none is taken: a pipeline after the other never needs the heap
    this.turns.length = 1;
    this.free.length = 0;
  }

  private push(id: number): void {
    const { free } = this;
    let i = free.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (free[parent]! < id) break;
      free[i] = free[parent]!;
      i = parent;
    }
    free[i] = id;
  }

  /** Removes the lowest: the last takes its place, and sinks. */
  private pop(): void {
    const { free } = this;
    const last = free.pop()!;
    if (free.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= free.length) break;
      if (child + 1 < free.length && free[child + 1]! < free[child]!) child++;
      if (free[child]! > last) break;
      free[i] = free[child]!;
      i = child;
    }
    free[i] = last;
  }
}
