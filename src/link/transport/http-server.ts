/** The short link on a server: each POST is a link. [SESSION-16], [TRANSPORT-4] */
import {
  createServer as createHttp,
  type IncomingMessage,
  type RequestListener,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps, type ServerOptions as SecureOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { answerPreflight, originHeaders, type Origins } from './cors.ts';
import type { TransportHost } from './host.ts';
import { after, cancel, now, type Timer } from '../clock.ts';
import { listening, type Listening, type ListenOptions } from './tcp.ts';
import {
  CONTENT_TYPE,
  isFrames,
  TransportError,
  type Exchange,
  type Transport,
  type TransportHandler,
} from './transport.ts';

export interface HttpOptions {
  /** Default `/petrel`. */
  readonly path?: string;
  /** Most milliseconds that an answer waits for something to say, whatever the client prefers. Default 25,000. */
  readonly maxWait?: number;
  /** Most bytes of a request's body. Default: a whole default window and some more. */
  readonly maxBody?: number;
  /** Milliseconds within which a body must be complete, and a second more for each `leastRate` bytes that came. Default 30,000. */
  readonly bodyTimeout?: number;
  /** Default 1,024. */
  readonly leastRate?: number;
  /** Pages of which other origins may talk to this server from a browser: `https://chat.example`, or `*` for all. Default: none. */
  readonly origins?: Origins;
}

type Settings = Required<HttpOptions>;

const DEFAULTS: Settings = {
  path: '/petrel',
  maxWait: 25_000,
  maxBody: 16_777_216 + 65_536,
  bodyTimeout: 30_000,
  leastRate: 1024,
  origins: [],
};

/** What `node:http` calls with each request: for a server of the caller's, which answers other paths itself before. */
export function httpListener(server: TransportHost, options: HttpOptions = {}): RequestListener {
  const settings = { ...DEFAULTS, ...options };
  return (request, response) => {
    const refusal = refusalOf(request, settings);
    if (refusal === undefined)
      server.accept((handler) => new HttpAnswer(request, response, handler, settings));
    else if (refusal[0] !== 405 || !answerPreflight(request, response, settings.origins))
      refuse(response, refusal[0], { ...originHeaders(request, settings.origins), ...refusal[1] });
  };
}

type Refusal = [status: number, headers?: Readonly<Record<string, string>>];

/** What is wrong with a request is told before its body is read. [TRANSPORT-5] */
function refusalOf({ url = '', method, headers }: IncomingMessage, settings: Settings): Refusal | undefined {
  if (url.split('?', 1)[0] !== settings.path) return [404];
  if (method !== 'POST') return [405, { allow: 'POST' }];
  if (!isFrames(headers['content-type'])) return [415, { accept: CONTENT_TYPE }];
  if (Number(headers['content-length'] ?? 0) > settings.maxBody) return [413];
  return undefined;
}

/** The connection goes with what is refused: what else would come on it is not wanted. */
function refuse(response: ServerResponse, status: number, headers: Refusal[1] = {}): void {
  response.writeHead(status, { ...headers, connection: 'close', 'content-length': 0 });
  response.end();
}

/** What the client prefers, in whole seconds. (RFC 7240) */
function waitOf({ headers }: IncomingMessage, { maxWait }: Settings): number {
  const seconds = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})(?!\d)/i.exec(String(headers['prefer'] ?? ''))?.[1];
  return Math.min(maxWait, 1000 * Number(seconds ?? 0));
}

class HttpAnswer implements Transport {
  readonly exchange: Exchange;
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;
  private readonly handler: TransportHandler;
  private readonly settings: Settings;
  private readonly began = now();
  private received = 0;
  /** Whether all of the request has come: some proxies and clients read nothing before they have sent all. */
  private complete = false;
  private tooSlow: Timer | undefined;
  private error: Error | undefined;
  private told = false;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    handler: TransportHandler,
    settings: Settings,
  ) {
    this.request = request;
    this.response = response;
    this.handler = handler;
    this.settings = settings;
    this.exchange = { side: 'answer', wait: waitOf(request, settings) };
    this.watch(settings.bodyTimeout);
    request.on('data', (chunk: Uint8Array) => this.take(chunk));
    request.on('end', () => this.completed());
    request.on('error', (error) => (this.error ??= error));
    response.on('error', (error) => (this.error ??= error));
    response.on('drain', () => handler.writable());
    response.on('close', () => this.over());
  }

  get full(): boolean {
    return !this.complete || this.response.writableNeedDrain;
  }

  write(bytes: Uint8Array): void {
    if (this.response.writableEnded || this.response.destroyed) return;
    this.begin();
    this.response.write(bytes);
  }

  end(): void {
    const { response } = this;
    if (response.writableEnded || response.destroyed) return;
    this.begin();
    response.end();
  }

  destroy(): void {
    this.response.destroy();
    this.request.destroy();
  }

  private begin(): void {
    const { response } = this;
    if (response.headersSent) return;
    response.writeHead(200, {
      'content-type': CONTENT_TYPE,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...originHeaders(this.request, this.settings.origins),
      // of a common proxy, which would hold the answer back until it is complete
      'x-accel-buffering': 'no',
      // a body that nobody reads is not waited for
      ...(this.complete ? {} : { connection: 'close' }),
    });
  }

  private take(chunk: Uint8Array): void {
    this.received += chunk.length;
    if (this.received > this.settings.maxBody) return this.refuse(413, 'a body that is too long');
    if (!this.told) this.handler.data(chunk);
  }

  private completed(): void {
    this.complete = true;
    cancel(this.tooSlow);
    this.handler.writable();
  }

  private watch(milliseconds: number): void {
    this.tooSlow = after(milliseconds, () => {
      const { bodyTimeout, leastRate } = this.settings;
      const left = this.began + bodyTimeout + (1000 * this.received) / leastRate - now();
      if (left > 0) this.watch(Math.ceil(left));
      else this.refuse(408, 'a body that is too slow');
    });
  }

  /** A body that is refused while it comes: nothing of the answer can have been said yet. */
  private refuse(status: number, detail: string): void {
    if (this.told) return;
    this.error ??= new TransportError('MISUSE', detail);
    if (this.response.headersSent) this.destroy();
    else refuse(this.response, status, originHeaders(this.request, this.settings.origins));
    this.tellEnd();
  }

  private tellEnd(): void {
    if (this.told) return;
    this.told = true;
    this.handler.ended(this.error);
  }

  private over(): void {
    cancel(this.tooSlow);
    this.tellEnd();
    this.handler.closed();
  }
}

export interface ListenHttpOptions extends ListenOptions, HttpOptions {
  /** Certificate and key: then it is HTTPS. */
  readonly secure?: SecureOptions;
  /** Milliseconds that a connection is kept for the next exchange: longer than proxies keep theirs. Default 75,000. */
  readonly keepAliveTimeout?: number;
  /** Milliseconds for the handshake of TLS, and for the head of a request. Default 10,000. */
  readonly headTimeout?: number;
  /** Takes requests for another protocol, as WebSocket; left out, they are refused. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** Accepts exchanges over HTTP or HTTPS for a server. Rejects as `listenTcp`. */
export async function listenHttp(server: TransportHost, options: ListenHttpOptions = {}): Promise<Listening> {
  const { secure, keepAliveTimeout = 75_000, headTimeout = 10_000 } = options;
  const http: ServerOptions = {
    keepAliveTimeout,
    headersTimeout: headTimeout,
    // bodies have a deadline of their own, by their length
    requestTimeout: 0,
    connectionsCheckingInterval: Math.ceil(headTimeout / 4),
    maxHeaderSize: 8192,
    noDelay: true,
  };
  const listener = httpListener(server, options);
  const created =
    secure === undefined
      ? createHttp(http, listener)
      : createHttps({ handshakeTimeout: headTimeout, ...http, ...secure }, listener);
  created.maxConnections = 2 * server.maxConnections;
  if (options.upgrade !== undefined) created.on('upgrade', options.upgrade);
  return listening(server, created, options);
}
