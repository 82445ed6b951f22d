/** A journal that forgets with the process: what the others replay theirs into. */
import { FrameKind } from '../frame/kinds.ts';
import type { Uint64 } from '../frame/types.ts';
import { idIn, kindOf } from './counted.ts';
import type { Journal, Saved, SavedCommand, SavedState } from './journal.ts';

export class MemoryJournal implements Journal {
  private state: SavedState | undefined;
  /** Frames that are not acknowledged. */
  private frames = new Map<number, Uint8Array>();
  private unanswered = new Map<number, SavedCommand>();
  private waiting = new Map<number, SavedCommand>();
  private last = 0;
  private ackedTo = 0;
  private takenTo = 0;
  private lastId: Uint64 = 0;
  private lastAsked: Uint64 = 0;
  /** The peer's commands that came and were not taken, in order; ids of those that were and have no REPLY. */
  private arrived: { readonly id: Uint64; readonly number: number }[] = [];
  private open = new Set<Uint64>();

  /** What a session can be restored from; undefined when there is none. */
  saved(): Saved | undefined {
    const { state, frames, unanswered, waiting, ackedTo, last } = this;
    if (state === undefined && waiting.size === 0) return undefined;
    return {
      ...state,
      taken: this.takenTo,
      lastId: this.lastId,
      lastAsked: this.lastAsked,
      open: [...this.open],
      acked: ackedTo,
      frames: Array.from({ length: last - ackedTo }, (_, i) => frames.get(ackedTo + 1 + i)!),
      unanswered: [...unanswered].map(([number, command]) => ({ number, ...command })),
      waiting: [...waiting].map(([ticket, command]) => ({ ticket, ...command })),
    };
  }

  save(state: SavedState): void {
    this.state = state;
  }

  append(number: number, frame: Uint8Array, repeatable: boolean): void {
    this.last = number;
    this.frames.set(number, frame);
    const kind = kindOf(frame);
    if (kind === FrameKind.COMMAND) {
      this.unanswered.set(number, { frame, repeatable });
      this.lastId = idIn(frame)!;
    } else if (kind === FrameKind.REPLY) this.open.delete(idIn(frame)!);
  }

  acked(number: number): void {
    for (let n = this.ackedTo + 1; n <= number; n++) this.frames.delete(n);
    this.ackedTo = number;
  }

  settled(number: number): void {
    this.unanswered.delete(number);
  }

  asked(id: Uint64, number: number): void {
    this.arrived.push({ id, number });
  }

  taken(number: number): void {
    this.takenTo = number;
    const due = this.arrived.filter((command) => command.number <= number);
    this.arrived = this.arrived.slice(due.length);
    for (const { id } of due) {
      this.open.add(id);
      this.lastAsked = id;
    }
  }

  waits(ticket: number, frame: Uint8Array, repeatable: boolean): void {
    this.waiting.set(ticket, { frame, repeatable });
  }

  started(ticket: number): void {
    this.waiting.delete(ticket);
  }

  clear(): void {
    this.state = undefined;
    this.frames = new Map();
    this.unanswered = new Map();
    this.arrived = [];
    this.open = new Set();
    this.last = this.ackedTo = this.takenTo = 0;
    this.lastId = this.lastAsked = 0;
  }
}
