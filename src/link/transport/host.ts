/** Who takes transports that were accepted: a `SessionServer`, or what else carries links of sessions. */
import type { Transport, TransportHandler } from './transport.ts';

/** What accepts transports for it. */
export interface Listener {
  /** Accepts no more, and ends without a word what it has accepted. Resolves when all of it is gone. */
  close(): Promise<void>;
}

export interface TransportHost {
  /** Most transports at a time; a listener holds back those that come to far more. */
  readonly maxConnections: number;
  /** Takes a transport that stands. @param open makes it, with its handler. */
  accept(open: (handler: TransportHandler) => Transport): void;
  /** Is told of each listener, to close it at the end. */
  listens(listener: Listener): void;
}
