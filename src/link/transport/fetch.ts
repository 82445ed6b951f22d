/**
 * The short link of browsers: each POST is a link, for networks that let no WebSocket pass. [SESSION-16], [TRANSPORT-4] It knows no
 * platform but `fetch`, which may be the caller's.
 */
import { ExchangeRequest, prefer, type AnswerHead } from './exchange-request.ts';
import { CONTENT_TYPE, type Signal, type Transport, type TransportHandler } from './transport.ts';

/** What this needs of an answer to `fetch`. */
export interface AnswerLike {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: {
    getReader(): {
      read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    };
  } | null;
}

/** What this asks of `fetch`. */
export interface FetchRequest {
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  // the types of platforms do not agree on what a body or a signal is
  readonly body: never;
  readonly signal: never;
  /** No cache, no cookies, and no other place: [TRANSPORT-4]. */
  readonly cache: 'no-store';
  readonly credentials: 'omit';
  readonly redirect: 'error';
}

/** A browser's `fetch`, Node's, or one like it. */
export type FetchLike = (url: string, request: FetchRequest) => Promise<AnswerLike>;

export interface FetchEndpoint {
  /** `https:` or `http:`. Of another origin than the page's: then the server has to allow that, by its option `origins`. */
  readonly url: string;
  /**
   * Milliseconds that the server may wait for something to say, in whole seconds; 0: it answers at once. Default 5,000. Where
   * a proxy holds answers back until they are complete, it has to be less than the session's `patience`.
   */
  readonly wait?: number;
  /** Default: the platform's. */
  readonly fetch?: FetchLike;
  /** Besides; of another origin, the server allows none of them. */
  readonly headers?: Readonly<Record<string, string>>;
}

declare const fetch: FetchLike;
declare const AbortController: new () => { readonly signal: unknown; abort(): void };

/**
 * Opens one exchange: an `Open` for one endpoint. Nothing is sent before the first write; a URL that is none fails then.
 *
 * @example
 * const open = (handler, signal) => openFetch({ url: 'https://chat.example/petrel' }, handler, signal);
 * const client = new SessionClient(new ClientSession(), { open }, (event) => console.log(event));
 * client.dial();
 */
export function openFetch(endpoint: FetchEndpoint, handler: TransportHandler, signal: Signal): Transport {
  return new Fetched(endpoint, handler).opening(signal);
}

class Fetched extends ExchangeRequest {
  private readonly endpoint: FetchEndpoint;
  private readonly aborter = new AbortController();

  constructor(endpoint: FetchEndpoint, handler: TransportHandler) {
    super(handler);
    this.endpoint = endpoint;
  }

  protected override launch(body: Uint8Array): void {
    void this.exchanged(body);
  }

  protected override abandon(): void {
    this.aborter.abort();
  }

  private async exchanged(body: Uint8Array): Promise<void> {
    const answer = await this.tried(() => this.ask(body));
    if (answer !== undefined && this.accepts(headOf(answer))) await this.read(answer);
    this.over();
  }

  private ask(body: Uint8Array): Promise<AnswerLike> {
    const { url, fetch: given = fetch, headers, wait } = this.endpoint;
    return given(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': CONTENT_TYPE, accept: CONTENT_TYPE, prefer: prefer(wait) },
      body: body as never,
      signal: this.aborter.signal as never,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
  }

  private async read({ body }: AnswerLike): Promise<void> {
    const reader = body?.getReader();
    for (;;) {
      const next = await this.tried(() => reader?.read() ?? NOTHING);
      if (next === undefined) return;
      if (next.done) return this.complete();
      if (next.value !== undefined) this.data(next.value);
    }
  }

  /** What of the platform fails is told as the end of this. */
  private async tried<T>(what: () => Promise<T>): Promise<T | undefined> {
    try {
      return await what();
    } catch (error) {
      this.erred(error as Error);
      return undefined;
    }
  }
}

const NOTHING: Promise<{ readonly done: true; readonly value?: undefined }> = /* @__PURE__ */ Promise.resolve(
  {
    done: true,
  },
);

function headOf({ status, headers }: AnswerLike): AnswerHead {
  return { status, contentType: headers.get('content-type'), retryAfter: headers.get('retry-after') };
}
