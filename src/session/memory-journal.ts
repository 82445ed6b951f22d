/** A journal that forgets with the process: what the others replay theirs into. */
import { FrameKind } from '../frame/kinds.ts';
import type { Uint64 } from '../frame/types.ts';
import { idIn, kindOf } from './counted.ts';
import type { Journal, Saved, SavedCommand, SavedFrame, SavedState } from './journal.ts';

interface Unanswered extends SavedCommand {
  readonly number: number;
  /** The number of its REPLY, once that is there. */
  readonly by: number;
}

export class MemoryJournal implements Journal {
  private state: SavedState | undefined;
  /** Frames that are not acknowledged, by their numbers. */
  private frames = new Map<number, SavedFrame>();
  /** COMMANDs without a REPLY that was taken, and others that wait or are orphans: all by their tickets. */
  private unanswered = new Map<number, Unanswered>();
  private readonly waiting = new Map<number, SavedFrame>();
  private readonly orphans = new Map<number, SavedFrame>();
  private lastTicket = 0;
  private last = 0;
  private ackedTo = 0;
  private takenTo = 0;
  /** The peer's commands that came and were not taken, in order; ids of those that were and have no REPLY. */
  private arrived: { readonly id: Uint64; readonly number: number }[] = [];
  private open = new Set<Uint64>();

  /** What a session can be restored from; undefined when there is nothing. */
  saved(): Saved | undefined {
    const { state, frames, unanswered, waiting, orphans, ackedTo, last } = this;
    if (state === undefined && waiting.size + orphans.size === 0) return undefined;
    return {
      ...state,
      lastTicket: this.lastTicket,
      taken: this.takenTo,
      open: [...this.open],
      acked: ackedTo,
      frames: Array.from({ length: last - ackedTo }, (_, i) => frames.get(ackedTo + 1 + i)!),
      unanswered: [...unanswered.values()],
      waiting: [...waiting.values()],
      orphans: [...orphans.values()],
    };
  }

  save(state: SavedState): void {
    this.state = state;
  }

  append(number: number, saved: SavedFrame): void {
    const { frame, ticket } = saved;
    this.last = number;
    this.lastTicket = Math.max(this.lastTicket, ticket);
    this.frames.set(number, saved);
    this.waiting.delete(ticket);
    const kind = kindOf(frame);
    if (kind === FrameKind.COMMAND) {
      this.unanswered.set(ticket, { ...saved, number, told: false, by: Infinity });
    } else if (kind === FrameKind.REPLY) this.answers(idIn(frame)!);
  }

  /** A command of the peer has its REPLY: it may not be taken yet. */
  private answers(id: Uint64): void {
    if (this.open.delete(id)) return;
    const at = this.arrived.findIndex((command) => command.id === id);
    if (at >= 0) this.arrived.splice(at, 1);
  }

  acked(number: number): void {
    for (let n = this.ackedTo + 1; n <= number; n++) this.frames.delete(n);
    this.ackedTo = number;
  }

  settled(ticket: number): void {
    const command = this.unanswered.get(ticket);
    if (command !== undefined) this.unanswered.set(ticket, { ...command, told: true });
    this.waiting.delete(ticket);
    this.orphans.delete(ticket);
  }

  answered(ticket: number, number: number): void {
    const command = this.unanswered.get(ticket);
    if (command !== undefined) this.unanswered.set(ticket, { ...command, by: number });
  }

  asked(id: Uint64, number: number): void {
    this.arrived.push({ id, number });
  }

  taken(number: number): void {
    this.takenTo = number;
    const due = this.arrived.filter((command) => command.number <= number);
    this.arrived = this.arrived.slice(due.length);
    for (const { id } of due) this.open.add(id);
    for (const [ticket, command] of this.unanswered) {
      if (command.by > number) continue;
      this.unanswered.delete(ticket);
      // its REPLY came too late to be told, and what was told instead is not yet
      if (!command.told) this.orphans.set(ticket, command);
    }
  }

  waits(saved: SavedFrame): void {
    this.orphans.delete(saved.ticket);
    this.lastTicket = Math.max(this.lastTicket, saved.ticket);
    this.waiting.set(saved.ticket, saved);
  }

  clear(): void {
    const pushes = [...this.frames.values()].filter(({ frame }) => kindOf(frame) === FrameKind.PUSH);
    const commands = [...this.unanswered.values()].filter(({ told }) => !told);
    for (const saved of [...commands, ...pushes]) this.orphans.set(saved.ticket, saved);
    this.state = undefined;
    this.frames = new Map();
    this.unanswered = new Map();
    this.arrived = [];
    this.open = new Set();
    this.last = this.ackedTo = this.takenTo = 0;
  }
}
