/**
 * WebSocket: the long link of browsers, and through what lets only HTTP pass. Binary messages carry the stream; where one
 * ends and the next begins means nothing. [TRANSPORT-3] It knows no platform: the constructor is the caller's.
 */
import { after, cancel, type Timer } from '../clock.ts';
import {
  MESSAGE_BYTES,
  SUBPROTOCOL,
  TransportError,
  whileOpening,
  type Signal,
  type Transport,
  type TransportHandler,
} from './transport.ts';

/** What this needs of a WebSocket: a browser's, Node's own, or that of `ws`. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  readonly protocol: string;
  send(bytes: Uint8Array): void;
  close(code?: number, reason?: string): void;
  /** Ends at once, where it can: that of `ws`. */
  terminate?(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: (event: unknown) => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

export interface WebSocketEndpoint {
  /** `ws:` or `wss:`. */
  readonly url: string;
  /** `WebSocket` of a browser, or the one that `ws` exports. */
  readonly WebSocket: new (url: string, protocols: string[]) => WebSocketLike;
}

/** With so many bytes held it wants no more: less than a browser holds without complaint, more than what is on its way. */
const FULL = 262_144;
/** Milliseconds between looks at what is held: a browser does not tell. */
const LOOK = 20;
/** Codes of RFC 6455: the end, a message of a kind that is not taken, one that is too long, a broken agreement. */
const CLOSE = { NORMAL: 1000, PROTOCOL: 1002, KIND: 1003, LENGTH: 1009 } as const;

/** Opens a WebSocket: an `Open` for one endpoint. @throws SyntaxError for a URL that is none, as its constructor does. */
export function openWebSocket(
  endpoint: WebSocketEndpoint,
  handler: TransportHandler,
  signal: Signal,
): Transport {
  const socket = new endpoint.WebSocket(endpoint.url, [SUBPROTOCOL]);
  const transport = new WebSocketTransport(socket, handler);
  const opened = whileOpening(signal, (error) => transport.fail(error));
  socket.addEventListener('close', opened);
  socket.addEventListener('open', () => {
    opened();
    transport.stands();
  });
  return transport;
}

export class WebSocketTransport implements Transport {
  private readonly socket: WebSocketLike;
  private readonly handler: TransportHandler;
  private looking: Timer | undefined;
  private error: Error | undefined;
  private ending = false;
  private told = false;
  private gone = false;

  /** @param socket connects, or stands already; it is the transport's from now on. */
  constructor(socket: WebSocketLike, handler: TransportHandler) {
    this.socket = socket;
    this.handler = handler;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => this.take(data));
    // what was wrong is not told to scripts of a page, but by `ws`
    socket.addEventListener('error', (event) => (this.error ??= errorOf(event)));
    socket.addEventListener('close', () => this.over());
  }

  get full(): boolean {
    return this.looking !== undefined;
  }

  /** It is open: the server has to have chosen our protocol. */
  stands(): void {
    const { protocol } = this.socket;
    if (protocol === SUBPROTOCOL) this.handler.opened();
    else this.fail(new TransportError('PROTOCOL', 'the server speaks another subprotocol'), CLOSE.PROTOCOL);
  }

  write(bytes: Uint8Array): void {
    if (this.ending || this.gone) return;
    for (let at = 0; at < bytes.length; at += MESSAGE_BYTES)
      this.socket.send(bytes.subarray(at, at + MESSAGE_BYTES));
    if (this.socket.bufferedAmount >= FULL) this.lookAgain();
  }

  end(): void {
    this.close(CLOSE.NORMAL);
  }

  /** Where the platform can't end a socket at once, it is forgotten at once. */
  destroy(): void {
    if (this.gone) return;
    this.close(CLOSE.NORMAL);
    this.socket.terminate?.();
    after(0, () => this.over());
  }

  /** Ends for a reason of this side. */
  fail(error: Error, code: number = CLOSE.NORMAL): void {
    this.error ??= error;
    this.close(code);
    after(0, () => this.over());
  }

  private close(code: number): void {
    if (this.ending) return;
    this.ending = true;
    cancel(this.looking);
    this.looking = undefined;
    this.socket.close(code);
  }

  private take(data: unknown): void {
    if (this.told || this.ending) return;
    const bytes = bytesOf(data);
    if (bytes === undefined) this.fail(new TransportError('MISUSE', 'a text message'), CLOSE.KIND);
    else if (bytes.length > MESSAGE_BYTES)
      this.fail(new TransportError('MISUSE', `a message of ${bytes.length} bytes`), CLOSE.LENGTH);
    else if (bytes.length > 0) this.handler.data(bytes);
  }

  private lookAgain(): void {
    this.looking ??= after(LOOK, () => {
      this.looking = undefined;
      if (this.socket.bufferedAmount >= FULL / 2) this.lookAgain();
      else this.handler.writable();
    });
  }

  private over(): void {
    if (this.gone) return;
    this.gone = this.ending = true;
    cancel(this.looking);
    this.looking = undefined;
    if (!this.told) {
      this.told = true;
      this.handler.ended(this.error);
    }
    this.handler.closed();
  }
}

/** A binary message; of a server that `ws` has, it may be a Buffer. */
function bytesOf(data: unknown): Uint8Array | undefined {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return data instanceof Uint8Array ? data : undefined;
}

function errorOf(event: unknown): Error {
  const { error } = event as { readonly error?: unknown };
  return error instanceof Error ? error : new TransportError('CUT', 'the WebSocket failed');
}
