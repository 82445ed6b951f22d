/** What comes of a promise that fails, and of events. */

/** The message of the error that a promise is rejected with. */
export function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: Error) => error.message,
  );
}

/** A listener, and the arguments of its first so many calls once they were made. */
export function collector(count: number): {
  listener: (...args: unknown[]) => void;
  all: Promise<unknown[][]>;
} {
  const seen: unknown[][] = [];
  let done: (calls: unknown[][]) => void;
  const all = new Promise<unknown[][]>((resolve) => (done = resolve));
  return {
    all,
    listener(...args) {
      if (seen.push(args) === count) done(seen);
    },
  };
}
