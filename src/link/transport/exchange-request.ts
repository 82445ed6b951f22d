/** A client's exchange, whatever carries it: what is written together goes up once, and the answer comes down. [TRANSPORT-4] */
import {
  isFrames,
  TransportError,
  whileOpening,
  type Exchange,
  type Signal,
  type Transport,
  type TransportHandler,
} from './transport.ts';

/** Milliseconds that the server may wait for something to say, where nobody says another. */
const WAIT = 5000;
/** Most milliseconds that an answer that may not be the server's puts a client off. */
const LONGEST_PAUSE = 600_000;

/** The head of an answer, as far as it matters. */
export interface AnswerHead {
  readonly status: number;
  readonly contentType: string | null | undefined;
  readonly retryAfter: string | null | undefined;
}

export abstract class ExchangeRequest implements Transport {
  readonly exchange: Exchange = { side: 'request' };
  private readonly handler: TransportHandler;
  /** What is to go up, until it does. */
  private body: Uint8Array[] | undefined = [];
  private launched = false;
  private error: Error | undefined;
  /** Whether the answer was told, or is not wanted any more. */
  private told = false;
  private gone = false;

  constructor(handler: TransportHandler) {
    this.handler = handler;
  }

  /** Sends the request, of which this is all. */
  protected abstract launch(body: Uint8Array): void;

  /** Ends at once what was launched: `over` follows. */
  protected abstract abandon(): void;

  get full(): boolean {
    return this.body === undefined;
  }

  /** Stands at once, unless the signal has ended it: nothing is sent before the first write. */
  opening(signal: Signal): this {
    const opened = whileOpening(signal, (error) => this.fail(error));
    queueMicrotask(() => {
      opened();
      if (this.body !== undefined) this.handler.opened();
    });
    return this;
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
    if (this.launched) this.abandon();
    else queueMicrotask(() => this.over());
  }

  private fail(error: Error): void {
    this.erred(error);
    this.destroy();
  }

  /** What went wrong; the first is told. */
  protected erred(error: Error): void {
    this.error ??= error;
  }

  /** Judges an answer by its head. @returns whether its body is frames; otherwise it is given up. */
  protected accepts(head: AnswerHead): boolean {
    const fault = faultOf(head);
    if (fault !== undefined) this.fail(fault);
    return fault === undefined;
  }

  protected data(bytes: Uint8Array): void {
    this.handler.data(bytes);
  }

  /** All of the answer has come. */
  protected complete(): void {
    if (this.told) return;
    this.told = true;
    this.handler.ended(this.error);
  }

  /** Nothing of it is left. */
  protected over(): void {
    if (this.gone) return;
    this.gone = true;
    if (!this.told) this.erred(new TransportError('CUT', 'the answer is not complete'));
    this.complete();
    this.handler.closed();
  }

  private send(body: readonly Uint8Array[]): void {
    if (this.body === undefined) return;
    this.body = undefined;
    this.launched = true;
    this.launch(body.length === 1 ? body[0]! : joined(body));
  }
}

declare function queueMicrotask(run: () => void): void;

/** Of RFC 7240: how long the answer may wait for something to say. */
export function prefer(wait: number = WAIT): string {
  return `wait=${Math.floor(wait / 1000)}`;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** What is no answer of ours is a proxy's, or a portal's: nothing of it reaches the link. */
function faultOf({ status, contentType, retryAfter }: AnswerHead): TransportError | undefined {
  if (status !== 200) return new TransportError('STATUS', `HTTP status ${status}`, pauseOf(retryAfter));
  return isFrames(contentType)
    ? undefined
    : new TransportError('PROTOCOL', 'an answer of another content type');
}

/** Seconds, or a date. */
function pauseOf(text: string | null | undefined): number {
  if (text === undefined || text === null) return 0;
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return milliseconds > 0 ? Math.min(milliseconds, LONGEST_PAUSE) : 0;
}
