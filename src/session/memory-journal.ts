/** A journal that forgets with the process: what the others replay theirs into. */
import { FrameKind } from '../frame/kinds.ts';
import type { Uint64 } from '../frame/types.ts';
import { EMPTY } from '../wire/gather.ts';
import { Queue } from '../wire/queue.ts';
import { idIn, kindOf } from './counted.ts';
import type { Journal, Saved, SavedCommand, SavedFrame, SavedState } from './journal.ts';

interface Unanswered extends SavedCommand {
  readonly number: number;
  /** The number of its REPLY, once that is there. */
  readonly by: number;
}

/** A command of the peer, and the number it came as. */
interface Asked {
  readonly id: Uint64;
  readonly number: number;
}

export class MemoryJournal implements Journal {
  private state: SavedState | undefined;
  /** Frames that are not acknowledged, in order. */
  private readonly frames = new Queue<SavedFrame & { readonly number: number }>();
  /** COMMANDs without a REPLY that was taken, and others that wait or are orphans: all by their tickets. */
  private unanswered = new Map<number, Unanswered>();
  private readonly waiting = new Map<number, SavedFrame>();
  private readonly orphans = new Map<number, SavedFrame>();
  /** COMMANDs whose REPLY has come and was not taken, in the order of that. */
  private readonly replied = new Queue<{ readonly ticket: number; readonly number: number }>();
  private lastTicket = 0;
  private ackedTo = 0;
  private takenTo = 0;
  /** The peer's commands without a REPLY, by their ids as texts: the peer chooses them, and could make numbers collide. */
  private asks = new Map<string, Asked>();

  /** What a session can be restored from; undefined when there is nothing. */
  saved(): Saved | undefined {
    const { state, frames, unanswered, waiting, orphans, takenTo } = this;
    if (state === undefined && waiting.size + orphans.size === 0) return undefined;
    return {
      ...state,
      lastTicket: this.lastTicket,
      taken: takenTo,
      open: [...this.asks.values()].filter(({ number }) => number <= takenTo).map(({ id }) => id),
      acked: this.ackedTo,
      frames: Array.from(frames, ({ frame, ticket, repeatable }) => ({ frame, ticket, repeatable })),
      unanswered: [...unanswered.values()],
      waiting: [...waiting.values()],
      orphans: [...orphans.values()],
    };
  }

  /** Tells another journal, which is new, what it takes to stand where this one stands. */
  replay(to: Journal): void {
    const { lastTicket, takenTo, asks, state } = this;
    if (lastTicket > 0) {
      to.waits({ frame: EMPTY, ticket: lastTicket, repeatable: false });
      to.settled(lastTicket);
    }
    for (const orphan of this.orphans.values()) {
      to.append(1, orphan);
      to.clear();
    }
    if (state !== undefined) to.save(state);
    this.replayFrames(to);
    for (const { id, number } of asks.values()) to.asked(id, number);
    if (takenTo > 0) to.taken(takenTo);
    const replied = [...this.unanswered.values()].filter(({ by }) => by < Infinity);
    for (const { ticket, by } of replied.toSorted((a, b) => a.by - b.by)) to.answered(ticket, by);
    for (const saved of this.waiting.values()) to.waits(saved);
  }

  private replayFrames(to: Journal): void {
    const { ackedTo, takenTo, unanswered, orphans } = this;
    for (const command of unanswered.values())
      if (command.number <= ackedTo) to.append(command.number, command);
    if (ackedTo > 0) to.acked(ackedTo);
    for (const { number, ...saved } of this.frames) {
      const { ticket, frame } = saved;
      to.append(number, saved);
      if (kindOf(frame) !== FrameKind.COMMAND || unanswered.has(ticket)) continue;
      // it is over: only its acknowledgement is missing, and where it is an orphan, that it is told
      if (!orphans.has(ticket)) to.settled(ticket);
      to.answered(ticket, takenTo);
    }
    for (const { ticket, told } of unanswered.values()) if (told) to.settled(ticket);
  }

  save(state: SavedState): void {
    this.state = state;
  }

  append(number: number, saved: SavedFrame): void {
    const { frame, ticket, repeatable } = saved;
    this.lastTicket = Math.max(this.lastTicket, ticket);
    this.frames.push({ frame, ticket, repeatable, number });
    this.waiting.delete(ticket);
    const kind = kindOf(frame);
    if (kind === FrameKind.COMMAND)
      this.unanswered.set(ticket, { frame, ticket, repeatable, number, told: false, by: Infinity });
    // it may not be taken yet
    else if (kind === FrameKind.REPLY) this.asks.delete(String(idIn(frame)));
  }

  acked(number: number): void {
    const { frames } = this;
    for (let first = frames.at(0); first !== undefined && first.number <= number; first = frames.at(0))
      frames.shift();
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
    if (command === undefined) return;
    this.unanswered.set(ticket, { ...command, by: number });
    this.replied.push({ ticket, number });
  }

  asked(id: Uint64, number: number): void {
    this.asks.set(String(id), { id, number });
  }

  taken(number: number): void {
    const { replied } = this;
    this.takenTo = number;
    for (let first = replied.at(0); first !== undefined && first.number <= number; first = replied.at(0)) {
      replied.shift();
      this.over(first.ticket);
    }
  }

  /** The REPLY to a COMMAND was taken. */
  private over(ticket: number): void {
    const command = this.unanswered.get(ticket);
    if (command === undefined) return;
    this.unanswered.delete(ticket);
    // its REPLY came too late to be told, and what was told instead is not yet
    if (!command.told) this.orphan(command);
  }

  private orphan({ frame, ticket, repeatable }: SavedFrame): void {
    this.orphans.set(ticket, { frame, ticket, repeatable });
  }

  waits(saved: SavedFrame): void {
    this.orphans.delete(saved.ticket);
    this.lastTicket = Math.max(this.lastTicket, saved.ticket);
    this.waiting.set(saved.ticket, saved);
  }

  clear(): void {
    const pushes = [...this.frames].filter(({ frame }) => kindOf(frame) === FrameKind.PUSH);
    const commands = [...this.unanswered.values()].filter(({ told }) => !told);
    for (const saved of [...commands, ...pushes]) this.orphan(saved);
    this.state = undefined;
    this.frames.clear();
    this.unanswered = new Map();
    this.replied.clear();
    this.asks = new Map();
    this.ackedTo = this.takenTo = 0;
  }
}
