/** What a channel received: it takes all that there is or nothing, so that no frame needs a mark of its own. */
import { Intake } from './intake.ts';

export class RunIntake extends Intake {
  override deliver(bytes: number): number {
    this.deliveredBytes += bytes;
    return ++this.delivered;
  }

  /** The channel has taken all that was delivered. */
  override take(): void {
    this.taken = this.delivered;
    this.takenBytes = this.deliveredBytes;
  }
}
