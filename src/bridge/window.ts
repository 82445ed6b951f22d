/** What was sent and is not acknowledged yet. [SESSION-8] [SESSION-9] */

/** More frames than that are never outstanding, whatever the peer allows. */
const MOST_FRAMES = 4096;

export class SendWindow {
  private readonly frames: number;
  private readonly bytes: number;
  /** By a frame's number modulo the size: all bytes sent up to its end. */
  private readonly ends: Float64Array;
  sent = 0;
  private sentBytes = 0;
  private acked = 0;
  private ackedBytes = 0;

  /** @param frames @param bytes what the peer allows. */
  constructor(frames: number, bytes: number) {
    this.frames = Math.min(frames, MOST_FRAMES);
    this.bytes = bytes;
    this.ends = new Float64Array(this.frames);
  }

  /** Whether a frame of so many bytes may be sent now, so that room is left for `more` frames. */
  fits(size: number, more = 0): boolean {
    const outstanding = this.sent - this.acked;
    if (outstanding === 0) return true; // [SESSION-9] also one larger than the window
    return outstanding + more < this.frames && this.sentBytes - this.ackedBytes + size + more <= this.bytes;
  }

  add(size: number): void {
    this.sentBytes += size;
    this.ends[this.sent++ % this.frames] = this.sentBytes;
  }

  /** The peer has taken so many frames. @returns false for more than were sent. */
  acknowledge(count: number): boolean {
    if (count > this.sent) return false;
    if (count <= this.acked) return true;
    this.acked = count;
    this.ackedBytes = this.ends[(count - 1) % this.frames]!;
    return true;
  }
}
