/**
 * A pipe of bytes to the other side, and how one is opened: all that a session needs of sockets, HTTP or WebSocket. It knows no
 * platform.
 */

/** What this needs of an AbortSignal. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface Transport {
  /**
   * Whether it wants no more now. What is written all the same is held, but for an exchange: once its request is complete
   * it takes nothing, and drops what is written.
   */
  readonly full: boolean;
  /** Set where it is one HTTP exchange, and not a stream. [SESSION-16] */
  readonly exchange?: Exchange;
  /** Takes bytes, which are the transport's from now on. Of no effect when it has ended. */
  write(bytes: Uint8Array): void;
  /** Ends when what was written has gone out. */
  end(): void;
  /** Ends at once, and forgets what was not written. */
  destroy(): void;
}

/** One request with its answer. */
export type Exchange =
  /** Of a client: all that is written before the first write is done goes up, nothing later. */
  | { readonly side: 'request' }
  /** Of a server: it takes something when the request is complete, and ends soon. */
  | {
      readonly side: 'answer';
      /** Milliseconds that the answer may wait for something to say. */
      readonly wait: number;
    };

/** Is told what happens to a transport, never while one of its functions or the one that opens it runs. */
export interface TransportHandler {
  /** It stands, and can be written to. Not told of one that was accepted: that one does already. */
  opened(): void;
  /** Bytes have come; they are the handler's from now on. */
  data(bytes: Uint8Array): void;
  /** It is not `full` any more. */
  writable(): void;
  /** Nothing comes any more, once. `error`: it did not end as it should, or never stood. */
  ended(error?: Error): void;
  /** It is gone, and with it all that it held: the last that is told. */
  closed(): void;
}

/**
 * Opens a transport.
 * @param signal ends it as long as it does not stand.
 * @throws TypeError or RangeError for what it can't ever open; all else `ended` tells.
 */
export type Open = (handler: TransportHandler, signal: Signal) => Transport;

/** Why a transport did not come to stand, or ended. */
export type TransportCode =
  /** Another protocol answers: of TLS, WebSocket or HTTP's content type. */
  | 'PROTOCOL'
  /** An HTTP answer that is not 200. */
  | 'STATUS'
  /** It broke the rules of its carrier: a text message of WebSocket, a body that is too long. */
  | 'MISUSE'
  /** It was given up before it stood. */
  | 'ABORTED'
  /** It ended before all had come. */
  | 'CUT';

/** A transport's failure; those of the platform, as a refused connection, are the platform's own errors. */
export class TransportError extends Error {
  readonly code: TransportCode;
  /** Milliseconds after which the other side wants to be asked again; 0 where it said nothing. */
  readonly after: number;

  constructor(code: TransportCode, message: string, after = 0, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'TransportError';
    this.code = code;
    this.after = after;
  }
}

/** Calls `stop` when the signal says so, until the answer is called; at once when it did before. */
export function whileOpening(signal: Signal, stop: (error: TransportError) => void): () => void {
  if (signal.aborted) stop(aborted(signal));
  const abort = (): void => stop(aborted(signal));
  signal.addEventListener('abort', abort);
  return () => signal.removeEventListener('abort', abort);
}

function aborted({ reason }: Signal): TransportError {
  return new TransportError('ABORTED', 'given up before it stood', 0, reason);
}

/** ALPN's name of the protocol in TLS. [TRANSPORT-2] */
export const ALPN = 'petrel/1';
/** The subprotocol of WebSocket. [TRANSPORT-3] */
export const SUBPROTOCOL = 'petrel.1';
/** Most bytes of one message of WebSocket. [TRANSPORT-3] */
export const MESSAGE_BYTES = 65_536;
/** The content type of HTTP's bodies. [TRANSPORT-4] */
export const CONTENT_TYPE = 'application/vnd.petrel';

/** Whether a content type, whatever its parameters, says that a body is frames. [TRANSPORT-4] */
export function isFrames(contentType: string | null | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === CONTENT_TYPE;
}
