/** What happens, as an iteration: bounded, for who does not go on would otherwise fill the memory. */
import type { Signal } from '../transport/transport.ts';
import { LinkError } from './errors.ts';

/** Most that waits for one iteration. Of the bytes, a single item may have more. */
export interface FeedLimit {
  /** Default 4,096. */
  readonly items?: number;
  /** In memory, about. Default 16,777,216. */
  readonly bytes?: number;
}

/** As many bytes as a session's window has by default. */
const FEED_LIMIT: Required<FeedLimit> = { items: 4096, bytes: 16_777_216 };

/** One source, any number of iterations, each with all that comes from its beginning on. */
export class Feed<T> {
  private readonly weigh: (item: T) => number;
  private readonly iterations = new Set<Iteration<T>>();
  private over = false;

  /** @param weigh how many bytes an item takes. Default: none. */
  constructor(weigh: (item: T) => number = () => 0) {
    this.weigh = weigh;
  }

  tell(item: T): void {
    if (this.iterations.size === 0) return;
    const bytes = this.weigh(item);
    for (const iteration of this.iterations) iteration.push({ item, bytes });
  }

  /** Nothing more comes: iterations end behind what they have. */
  end(): void {
    this.over = true;
    for (const iteration of this.iterations) iteration.end();
  }

  /**
   * Ends with the feed, or on the signal. Where more waits than the limit says it rejects with `OVERFLOW`, behind what fitted, and
   * has ended: what came since is not told.
   * @throws RangeError for a limit that is not at least 1.
   */
  iterate(signal?: Signal, limit: FeedLimit = {}): AsyncIterableIterator<T, undefined> {
    const most = { ...FEED_LIMIT, ...limit };
    for (const [name, value] of Object.entries(most))
      if (!(value >= 1)) throw new RangeError(`${name} must be at least 1, not ${value}`);
    const iteration = new Iteration<T>(() => this.iterations.delete(iteration), signal, most);
    if (this.over) iteration.end();
    else this.iterations.add(iteration);
    return iteration;
  }
}

interface Weighed<T> {
  readonly item: T;
  readonly bytes: number;
}

class Iteration<T> implements AsyncIterableIterator<T, undefined> {
  private readonly items: Weighed<T>[] = [];
  private bytes = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly left: () => void;
  private readonly signal: Signal | undefined;
  private readonly limit: Required<FeedLimit>;
  private readonly abort: () => void = () => this.end();
  private over = false;
  private error: LinkError | undefined;

  constructor(left: () => void, signal: Signal | undefined, limit: Required<FeedLimit>) {
    this.left = left;
    this.signal = signal;
    this.limit = limit;
    if (signal?.aborted === true) this.over = true;
    else signal?.addEventListener('abort', this.abort);
  }

  push(next: Weighed<T>): void {
    const { items } = this;
    const sum = this.bytes + next.bytes;
    if (items.length > 0 && (items.length >= this.limit.items || sum > this.limit.bytes)) {
      this.error = LinkError.overflow(items.length, this.bytes);
      this.end();
    } else {
      items.push(next);
      this.bytes = sum;
    }
    this.wake();
  }

  end(): void {
    this.over = true;
    this.signal?.removeEventListener('abort', this.abort);
    this.left();
    this.wake();
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    while (this.items.length === 0 && !this.over)
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    const first = this.items.shift();
    if (first !== undefined) {
      this.bytes -= first.bytes;
      return { done: false, value: first.item };
    }
    const { error } = this;
    this.error = undefined;
    if (error !== undefined) throw error;
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.items.length = this.bytes = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
