/** What a client is told when it connects. */
import type { ClientOptions, Closing } from '../../session/index.ts';
import type { Encodable } from '../../value/index.ts';
import type { JournalFileOptions } from '../journal/index.ts';
import type {
  AppState,
  HeartbeatOptions,
  NetworkClass,
  PacingOptions,
  RaceOptions,
  Ranking,
  TimeoutOptions,
  TrafficOptions,
} from '../policy/index.ts';
import type { Signal } from '../transport/transport.ts';
import type { LinkState } from './link-state.ts';
import type { RouteOptions } from './routes.ts';

/** All times in milliseconds. */
export interface ConnectOptions extends RouteOptions {
  /**
   * Where the server is: `tcp://host:port`, `tls://`, `wss://`, `https://` and so on, 1 to 64 of each. The better tier is preferred, in this order:
   * TCP, TLS, WebSocket, HTTP.
   */
  readonly endpoints: readonly string[];
  /** The session's own: credentials, limits, windows, times. Its `pingInterval` is the heartbeat's. */
  readonly session?: Omit<ClientOptions, 'pingInterval' | 'manualTake' | 'watch'>;
  /** Credentials are said also where they can be read on the way. Default false: then all endpoints have to be of TLS. [HELLO-10] */
  readonly plainCredentials?: boolean;
  /** Ends the wait for the first session, and with it the client. */
  readonly signal?: Signal;
  /** Within which the first session is wanted, 0 for no wait at all: then it goes on dialling. Default Infinity. */
  readonly ready?: number;
  /** Within which a reply is wanted where a command does not say. Default Infinity. */
  readonly within?: number;
  /**
   * How long a command may take on a link: until the first byte of its answer, between two packets of it, in all. Then it fails with `LinkError`
   * `TIMEOUT`; what comes of its answer later is dropped. Time without a link does not count: `within` bounds that. Default: the figures of
   * `TIMEOUT_DEFAULTS` by `network`; an object for others, false for none.
   */
  readonly timeouts?: TimeoutOptions | false;
  /** Keeps what was learned of endpoints and networks, in this file. Default: only in memory. */
  readonly historyFile?: string;
  /** Keeps what was said and not acknowledged or answered, in this file: it outlives the process. */
  readonly journalFile?: string;
  readonly journal?: JournalFileOptions;
  /** Default: nearest first. */
  readonly ranking?: Ranking;
  /** Default: a composite race with measured head starts and timeouts, four attempts at once. */
  readonly race?: RaceOptions;
  /** Between dials. Default: those of `Pacing`. */
  readonly pacing?: PacingOptions;
  /** Default: learned, 210,000 to 580,000, or down to 60,000 where links are lost sooner; `fixed` for another. */
  readonly heartbeat?: HeartbeatOptions;
  /** How long a session on a lesser tier waits until better ones are probed; each look that finds nothing doubles it, up to 600,000. Default 15,000. */
  readonly returnAfter?: number;
  /** Between exchanges over HTTP while there is nothing to say. Default 5,000. */
  readonly pollAfter?: number;
  /** The network that the device is on: a Wi-Fi's name or a carrier's, at most 128 characters. Default empty. */
  readonly label?: string;
  /** Default `wifi`. */
  readonly network?: NetworkClass;
  /** Default `foreground`. */
  readonly appState?: AppState;
  /** What is refused here before it becomes an avalanche. Default: nothing is. */
  readonly budgets?: Budgets;
  /** Is told each push. Those who iterate over `pushes` are told as well. */
  readonly onPush?: (verb: string, args: readonly Encodable[]) => void;
  /** Is told how the link stands, whenever that changes. */
  readonly onState?: (state: LinkState) => void;
  /** Is told what went wrong and harms nothing yet: a history that could not be saved, a push that was not delivered. */
  readonly onFault?: (error: Error) => void;
}

export interface Budgets {
  /** The same command at most 105 times an hour: then `BudgetError` with the code `TOO_OFTEN`. */
  readonly sameRequest?: boolean;
  /** A leaky bucket of bytes for mobile networks: then `BudgetError` with the code `TRAFFIC`. */
  readonly traffic?: boolean | TrafficOptions;
}

export interface CloseOptions extends Closing {
  /** Milliseconds for what is under way; what is not done by then fails. Default and most: the session's `drainTimeout`, 10,000. */
  readonly within?: number;
  /** Ends the wait; the session closes all the same. */
  readonly signal?: Signal;
}
