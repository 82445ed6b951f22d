/**
 * Counted frames as they lie on the wire, for who reads and writes so many of them that values would cost too much. A session
 * carries them as it does its own: numbered, within windows, acknowledged, and sent again on the next link.
 */
import type { FrameDecoder } from '../frame/decoder.ts';
import type { RunIntake } from './run-intake.ts';
import type { RunOutbox } from './run-outbox.ts';

/** Who uses a session so. It keeps request ids and outcomes itself: `command`, `push` and `reply` are not for it. */
export interface Channel {
  readonly outbox: RunOutbox;
  readonly intake: RunIntake;
  /** A counted frame that came for the first time: the decoder stands at it. */
  counted(decoder: FrameDecoder): void;
}
