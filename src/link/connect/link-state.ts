/** How the link of a client stands, as it is told. */
import type { AttemptReport, Endpoint } from '../policy/index.ts';

export type LinkState =
  | { readonly state: 'dialling' }
  /** `fresh`: a session has begun, and did not go on: what the server keeps is to be synchronised. */
  | {
      readonly state: 'online';
      readonly endpoint: Endpoint;
      readonly fresh: boolean;
      readonly attempts: readonly AttemptReport[];
    }
  /** There is no link; the next dial is so many milliseconds away. */
  | { readonly state: 'offline'; readonly redialIn: number; readonly attempts: readonly AttemptReport[] }
  | { readonly state: 'closed'; readonly code: number; readonly text: string };
