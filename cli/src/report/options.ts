/** How a report is made. */
import type { Limits } from 'petrel';
import type { Inflate } from 'petrel/conversation';
import type { InspectOptions } from 'petrel/inspect';

export interface ReportOptions {
  readonly limits: Partial<Limits>;
  readonly inflate: Inflate;
  readonly showSecrets: boolean;
  readonly messages: InspectOptions['messages'];
  readonly protocol: 'petrel' | 'resp' | undefined;
  /** Which frames of a capture are shown; all are counted. */
  readonly filter: string | undefined;
  /** Of these, how many are left out first, and how many are shown then at most. */
  readonly skip: number;
  readonly limit: number;
}
