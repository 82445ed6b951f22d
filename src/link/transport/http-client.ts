/** The short link: each POST is a link, for networks that let nothing else pass. [SESSION-16], [TRANSPORT-4] */
import { request as requestHttp, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps, type RequestOptions } from 'node:https';
import {
  CONTENT_TYPE,
  TransportError,
  whileOpening,
  type Exchange,
  type Signal,
  type Transport,
  type TransportHandler,
} from './transport.ts';

export interface HttpEndpoint {
  /** `http:` or `https:`; of the latter, the certificate is verified. */
  readonly url: string | URL;
  /**
   * Milliseconds that the server may wait for something to say, in whole seconds; 0: it answers at once. Default 5,000. Where
   * a proxy holds answers back until they are complete, it has to be less than the session's `patience`.
   */
  readonly wait?: number;
  /** Which connections are used; default: Node's own agent, which keeps them alive. */
  readonly agent?: Agent;
  /** Besides: of a proxy that wants a password, for one. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is trusted, and a certificate of one's own. */
  readonly secure?: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;
}

/**
 * Opens one exchange: an `Open` for one endpoint. Nothing is sent before the first write.
 * @throws TypeError for a URL that is none, or not of HTTP.
 */
export function openHttp(endpoint: HttpEndpoint, handler: TransportHandler, signal: Signal): Transport {
  const url = new URL(endpoint.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError(`an exchange needs http: or https:, not ${url.protocol}`);
  const transport = new HttpRequest(url, endpoint, handler);
  const opened = whileOpening(signal, (error) => transport.fail(error));
  queueMicrotask(() => {
    opened();
    transport.stands();
  });
  return transport;
}

class HttpRequest implements Transport {
  readonly exchange: Exchange = { side: 'request' };
  private readonly url: URL;
  private readonly endpoint: HttpEndpoint;
  private readonly handler: TransportHandler;
  /** What is to go up, until it does. */
  private body: Uint8Array[] | undefined = [];
  private sent: ClientRequest | undefined;
  private error: Error | undefined;
  /** Whether the answer was told, or is not wanted any more. */
  private told = false;
  private gone = false;

  constructor(url: URL, endpoint: HttpEndpoint, handler: TransportHandler) {
    this.url = url;
    this.endpoint = endpoint;
    this.handler = handler;
  }

  get full(): boolean {
    return this.body === undefined;
  }

  stands(): void {
    if (this.body !== undefined) this.handler.opened();
  }

  /** The first write is not the last: what is written together goes up together. */
  write(bytes: Uint8Array): void {
    const { body } = this;
    if (body?.push(bytes) === 1) queueMicrotask(() => this.send(body));
  }

  /** Its answer may still come, which leaves the connection to the next: it is read, and nobody is told. */
  end(): void {
    if (this.body !== undefined && this.body.length === 0) this.destroy();
  }

  destroy(): void {
    this.body = undefined;
    if (this.sent === undefined) queueMicrotask(() => this.over());
    else this.sent.destroy();
  }

  fail(error: Error): void {
    this.error ??= error;
    this.destroy();
  }

  private send(body: readonly Uint8Array[]): void {
    if (this.body === undefined) return;
    this.body = undefined;
    const { url, endpoint } = this;
    const bytes = Buffer.concat(body);
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const sent = request(url, {
      method: 'POST',
      headers: {
        ...endpoint.headers,
        'content-type': CONTENT_TYPE,
        'content-length': bytes.length,
        accept: CONTENT_TYPE,
        'cache-control': 'no-store',
        prefer: `wait=${Math.floor((endpoint.wait ?? 5000) / 1000)}`,
      },
      ...(endpoint.agent !== undefined && { agent: endpoint.agent }),
      ...endpoint.secure,
    });
    this.sent = sent;
    sent.on('response', (answer) => this.answered(answer));
    sent.on('error', (error) => (this.error ??= error)); // 'close' follows
    sent.on('close', () => this.over());
    sent.end(bytes);
  }

  /** What is no answer of ours is a proxy's, or a portal's: nothing of it reaches the link. */
  private answered(answer: IncomingMessage): void {
    const error = faultOf(answer);
    answer.on('error', (error) => (this.error ??= error));
    if (error !== undefined) return this.fail(error);
    answer.on('data', (chunk: Uint8Array) => this.handler.data(chunk));
    answer.on('end', () => this.tellEnd());
  }

  private tellEnd(): void {
    if (this.told) return;
    this.told = true;
    this.handler.ended(this.error);
  }

  private over(): void {
    if (this.gone) return;
    this.gone = true;
    if (!this.told) this.error ??= new TransportError('CUT', 'the answer is not complete');
    this.tellEnd();
    this.handler.closed();
  }
}

function faultOf({ statusCode = 0, headers }: IncomingMessage): TransportError | undefined {
  if (statusCode !== 200)
    return new TransportError('STATUS', `HTTP status ${statusCode}`, retryAfter(headers['retry-after']));
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === CONTENT_TYPE) return undefined;
  return new TransportError('PROTOCOL', 'an answer of another content type');
}

/** Most milliseconds that an answer that may not be the server's puts a client off. */
const LONGEST_PAUSE = 600_000;

/** Seconds, or a date. */
function retryAfter(text: string | undefined): number {
  if (text === undefined) return 0;
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return milliseconds > 0 ? Math.min(milliseconds, LONGEST_PAUSE) : 0;
}
