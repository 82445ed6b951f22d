/**
 * What has to outlive the process, for who wants to resume after it ended. The session calls these in the order in which
 * things happen. What rests on them is not written to a link before `Session.durable` has said that they are safe.
 */
import type { HelloAnswer, HelloOffer, Uint64 } from '../frame/types.ts';

/** What a side needs besides its frames to go on with a session. */
export interface SavedState {
  /** A client's token; a server's, the newest last. */
  readonly tokens: readonly Uint8Array[];
  /** The highest that was used. */
  readonly attempt: Uint64;
  /** What the peer said of itself: its limits and windows. */
  readonly peer: HelloAnswer | HelloOffer;
}

/** A frame of this side. */
export interface SavedFrame {
  readonly frame: Uint8Array;
  /** What `command` or `push` answered; 0 for others. */
  readonly ticket: number;
  /** Of a COMMAND: whether it may be sent again in another session. */
  readonly repeatable: boolean;
}

/** A COMMAND, and whether its outcome was told: then only its id is still taken. */
export interface SavedCommand extends SavedFrame {
  readonly told: boolean;
}

/** What was found in a journal. Where there are no tokens there was no session, and all but `waiting` is empty. */
export interface Saved extends Partial<SavedState> {
  /** The highest ticket. Those in here stay good. */
  readonly lastTicket: number;
  /** Counted frames that were taken of the peer's. */
  readonly taken: number;
  /** Ids of the peer's commands among those taken that have no REPLY. */
  readonly open: readonly Uint64[];
  /** The highest number that the peer has acknowledged. */
  readonly acked: number;
  /** Frames from `acked` + 1 on. */
  readonly frames: readonly SavedFrame[];
  /** COMMANDs without a REPLY that was taken, acknowledged or not. */
  readonly unanswered: readonly (SavedCommand & { readonly number: number })[];
  /** COMMANDs that wait for a session; their ids mean nothing. */
  readonly waiting: readonly SavedFrame[];
  /** COMMANDs and PUSHes that are over, most with their session, and of which the application was not told. */
  readonly orphans: readonly SavedFrame[];
}

/** Where a session stood: `Session.durable` says that the journal has all that was before it. */
export interface Checkpoint {
  readonly number: number;
  readonly taken: number;
  readonly saves: number;
  /** Which of the sessions that one object goes through. */
  readonly era: number;
}

export interface Journal {
  /** Replaces the state of before. */
  save(state: SavedState): void;
  /** A counted frame, head and payload, with its number. */
  append(number: number, frame: SavedFrame): void;
  /** The peer has the frames up to this number. A COMMAND among them is kept until it is settled, others are not. */
  acked(number: number): void;
  /** The application was told what became of what has this ticket. */
  settled(ticket: number): void;
  /** The REPLY to the COMMAND with this ticket came as this number. */
  answered(ticket: number, number: number): void;
  /** A COMMAND of the peer with this id came as this number. A REPLY that is appended answers it. */
  asked(id: Uint64, number: number): void;
  /** The application has taken the peer's frames up to this number. */
  taken(number: number): void;
  /** A command waits for a session, until it is appended or settled. */
  waits(frame: SavedFrame): void;
  /** The session is over. What was not settled is an orphan, unless it waits for the next. */
  clear(): void;
}
