/** What one side owes the other: acknowledgements, which travel in its next write. */
import { elapsed, type Instant } from 'petrel/capture';
import { varintLength } from 'petrel/wire';
import { PUBACK_BYTES } from './mqtt.ts';

/** Seconds that an ACK of Petrel's may wait for a write to travel in. [SESSION-8] */
const ACK_DELAY = 1;

export class Debts {
  /** Frames that were taken. */
  private taken = 0;
  private waits = false;
  /** When the first of them came that no ACK told of. */
  private since: Instant | undefined;
  private pubacks = 0;

  /** An item came. @param counted whether Petrel would count it here: a capture of Petrel has its own ACKs */
  take(time: Instant | undefined, counted: boolean): void {
    this.pubacks++;
    if (!counted) return;
    this.taken++;
    this.waits = true;
    this.since ??= time;
  }

  /** Bytes of the PUBACKs that are due. */
  payMqtt(): number {
    const size = PUBACK_BYTES * this.pubacks;
    this.pubacks = 0;
    return size;
  }

  /** Bytes of the ACK that is due. */
  payPetrel(): number {
    if (!this.waits) return 0;
    this.waits = false;
    this.since = undefined;
    return 1 + varintLength(this.taken);
  }

  /** Bytes of an ACK that no write took along in time, and that went alone. */
  late(now: Instant | undefined): number {
    const { since } = this;
    if (since === undefined || now === undefined || elapsed(since, now) < ACK_DELAY) return 0;
    return this.payPetrel();
  }
}
