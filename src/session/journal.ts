/**
 * What has to outlive the process, for who wants to resume after it ended. The session calls these in order, and writes no
 * frame before the journal has said, by `Session.durable`, that it is safe.
 */
import type { HelloAnswer, Uint64 } from '../frame/types.ts';

/** What a client needs besides its frames to go on with a session. */
export interface SavedState {
  readonly token: Uint8Array;
  /** The highest that was used. */
  readonly attempt: Uint64;
  /** Counted frames taken of the peer's. */
  readonly taken: number;
  /** The highest request id used. */
  readonly lastId: number;
  /** What the peer said of itself: its limits and windows. */
  readonly peer: HelloAnswer;
}

/** A session as it was found in a journal. */
export interface Saved extends SavedState {
  /** The highest number that the peer has acknowledged. */
  readonly acked: number;
  /** Frames from `acked` + 1 on. */
  readonly frames: readonly Uint8Array[];
  /** COMMANDs that were acknowledged and are not answered: their numbers and frames. */
  readonly unanswered: readonly { readonly number: number; readonly frame: Uint8Array }[];
}

export interface Journal {
  /** A counted frame, head and payload, with its number. Call `Session.durable(number)` when it is safe. */
  append(number: number, frame: Uint8Array): void;
  /** The peer has the frames up to this number; a COMMAND among them is kept until it is settled. */
  acked(number: number): void;
  /** The COMMAND with this number has its outcome. */
  settled(number: number): void;
  /** Replaces the state of before. */
  save(state: SavedState): void;
  /** The session is over: nothing of it is needed any more. */
  clear(): void;
}
