/** The short link on Node: each POST is a link, for networks that let nothing else pass. [SESSION-16], [TRANSPORT-4] */
import { request as requestHttp, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps, type RequestOptions } from 'node:https';
import { ExchangeRequest, prefer } from './exchange-request.ts';
import { CONTENT_TYPE, type Signal, type Transport, type TransportHandler } from './transport.ts';

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
  return new HttpRequest(url, endpoint, handler).opening(signal);
}

class HttpRequest extends ExchangeRequest {
  private readonly url: URL;
  private readonly endpoint: HttpEndpoint;
  private sent: ClientRequest | undefined;

  constructor(url: URL, endpoint: HttpEndpoint, handler: TransportHandler) {
    super(handler);
    this.url = url;
    this.endpoint = endpoint;
  }

  protected override launch(body: Uint8Array): void {
    const { url, endpoint } = this;
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const sent = request(url, {
      method: 'POST',
      headers: {
        ...endpoint.headers,
        'content-type': CONTENT_TYPE,
        'content-length': body.length,
        accept: CONTENT_TYPE,
        'cache-control': 'no-store',
        prefer: prefer(endpoint.wait),
      },
      ...(endpoint.agent !== undefined && { agent: endpoint.agent }),
      ...endpoint.secure,
    });
    this.sent = sent;
    sent.on('response', (answer) => this.answered(answer));
    sent.on('error', (error) => this.erred(error)); // 'close' follows
    sent.on('close', () => this.over());
    sent.end(body);
  }

  protected override abandon(): void {
    this.sent?.destroy();
  }

  private answered(answer: IncomingMessage): void {
    const { statusCode: status = 0, headers } = answer;
    answer.on('error', (error) => this.erred(error));
    const head = { status, contentType: headers['content-type'], retryAfter: headers['retry-after'] };
    if (!this.accepts(head)) return;
    answer.on('data', (chunk: Uint8Array) => this.data(chunk));
    answer.on('end', () => this.complete());
  }
}
