/** A process with a part of its own: it does what it is asked, so that no part's work is taken for another's. */
import { fork, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

/** What a part can be asked, by name. */
export type Part = Readonly<Record<string, (argument: never) => unknown>>;

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

type Argument<P extends Part, N extends keyof P> = Parameters<P[N]>[0];
type Value<P extends Part, N extends keyof P> = Awaited<ReturnType<P[N]>>;

/** The process, seen from the one that asks. */
export class Role<P extends Part> {
  readonly pid: number;
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private next = 0;

  /**
   * @param module its file in this folder, which calls `play`.
   * @param niceness above 0: it takes only what processors the others leave, as if it were on a machine of its own.
   */
  constructor(module: string, execArgv: readonly string[] = [], niceness = 0) {
    this.child = fork(fileURLToPath(new URL(module, import.meta.url)), [], {
      execArgv: ['--import', 'tsx', ...execArgv],
    });
    this.pid = this.child.pid!;
    setPriority(this.pid, niceness);
    this.child.on('message', (answer: Answer) => this.waiting.get(answer.id)?.(answer));
    this.child.on('exit', (code, signal) => {
      const error = `${module} ended with ${code ?? signal}`;
      for (const [id, told] of this.waiting) told({ id, error });
    });
  }

  /** @throws Error with what went wrong there, also when the process has ended. */
  async ask<N extends keyof P & string>(
    name: N,
    ...[argument]: Argument<P, N> extends undefined ? [] : [Argument<P, N>]
  ): Promise<Value<P, N>> {
    const id = this.next++;
    const answer = await new Promise<Answer>((resolve) => {
      this.waiting.set(id, resolve);
      this.child.send({ id, name, argument } satisfies Question);
    });
    this.waiting.delete(id);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value as Value<P, N>;
  }

  end(): void {
    this.child.kill('SIGKILL');
  }
}

/** Answers what this process is asked, one at a time or several. */
export function play(part: Part): void {
  process.on('message', ({ id, name, argument }: Question) => void answer(part, { id, name, argument }));
  process.on('disconnect', () => process.exit());
}

async function answer(part: Part, { id, name, argument }: Question): Promise<void> {
  try {
    const value = await (part[name] as (argument: unknown) => unknown)(argument);
    process.send!({ id, value } satisfies Answer);
  } catch (error) {
    process.send!({ id, error: String(error) } satisfies Answer);
  }
}
