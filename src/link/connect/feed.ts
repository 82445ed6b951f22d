/** What happens, as an iteration: bounded, for who does not go on would otherwise fill the memory. */
import type { Signal } from '../transport/transport.ts';
import { LinkError } from './errors.ts';

/** Most that waits for one iteration. */
const FEED_LENGTH = 4096;

/** One source, any number of iterations, each with all that comes from its beginning on. */
export class Feed<T> {
  private readonly iterations = new Set<Iteration<T>>();
  private over = false;

  tell(item: T): void {
    for (const iteration of this.iterations) iteration.push(item);
  }

  /** Nothing more comes: iterations end behind what they have. */
  end(): void {
    this.over = true;
    for (const iteration of this.iterations) iteration.end();
  }

  /** Ends with the feed, or on the signal; rejects with `OVERFLOW` when more than 4,096 wait. */
  iterate(signal?: Signal): AsyncIterableIterator<T, undefined> {
    const iteration = new Iteration<T>(() => this.iterations.delete(iteration), signal);
    if (this.over) iteration.end();
    else this.iterations.add(iteration);
    return iteration;
  }
}

class Iteration<T> implements AsyncIterableIterator<T, undefined> {
  private readonly items: T[] = [];
  private readonly waiting: (() => void)[] = [];
  private readonly left: () => void;
  private readonly signal: Signal | undefined;
  private readonly abort: () => void = () => this.end();
  private over = false;
  private error: LinkError | undefined;

  constructor(left: () => void, signal: Signal | undefined) {
    this.left = left;
    this.signal = signal;
    if (signal?.aborted === true) this.over = true;
    else signal?.addEventListener('abort', this.abort);
  }

  push(item: T): void {
    if (this.items.length < FEED_LENGTH) this.items.push(item);
    else this.error = new LinkError('OVERFLOW', 'unknown');
    if (this.error !== undefined) this.end();
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
    const { items, error } = this;
    if (items.length > 0) return { done: false, value: items.shift()! };
    this.error = undefined;
    if (error !== undefined) throw error;
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.items.length = 0;
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
