/** Those who wait for one thing to happen. */
import type { Signal } from './transport/transport.ts';

export class Waits {
  /** Made with the first. */
  private waiting: Set<() => void> | undefined;

  /** @returns when `end` is called. Rejects with the signal's reason when that comes before. */
  async wait(signal?: Signal): Promise<void> {
    if (signal?.aborted === true) throw signal.reason;
    const waiting = (this.waiting ??= new Set());
    await new Promise<void>((resolve, reject) => {
      const stop = (then: () => void): void => {
        waiting.delete(done);
        signal?.removeEventListener('abort', abort);
        then();
      };
      const done = (): void => stop(resolve);
      const abort = (): void => stop(() => reject(signal?.reason));
      waiting.add(done);
      signal?.addEventListener('abort', abort);
    });
  }

  /** It has happened. */
  end(): void {
    for (const done of this.waiting ?? []) done();
  }
}
