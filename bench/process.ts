/** A process that measures one candidate, seen from the one that asks it to. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CLOCK } from './clock.ts';
import type { Answer, Ready, Samples, Turn } from './protocol.ts';
import type { Candidate } from './suite.ts';

/** A suite that was built has its worker built beside it. */
function start(url: string, ...args: string[]): ChildProcess {
  const built = url.endsWith('.js');
  const worker = built ? new URL('../worker.js', url) : new URL('worker.ts', import.meta.url);
  const execArgv = [...(built ? [] : ['--import', 'tsx']), ...(CLOCK === 'cpu' ? ['--single-threaded'] : [])];
  return fork(fileURLToPath(worker), [url, ...args], {
    execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

export class Measurer {
  readonly candidate: Candidate;
  /** Whether it is the second process of its candidate. */
  readonly control: boolean;
  /** What it measures; undefined: every operation. */
  operation: string | undefined;
  ready: Ready | undefined;
  /** Why it measures no more. */
  failure: string | undefined;
  private readonly child: ChildProcess;

  /** @param url the suite's module */
  constructor(url: string, corpus: string, candidate: Candidate, control: boolean, operation?: string) {
    this.operation = operation;
    this.candidate = candidate;
    this.control = control;
    this.child = start(url, corpus, candidate.name);
    this.child.on('error', (error) => (this.failure ??= error.message));
  }

  /** Waits until it has loaded its candidate and found it right. */
  async start(): Promise<void> {
    const answer = await this.answer();
    if (answer.type === 'ready') this.ready = answer;
  }

  /** Undefined when it failed, now or before, or has no such operation. */
  async turn(turn: Turn): Promise<Samples | undefined> {
    if (this.failure !== undefined || !this.ready!.operations.includes(turn.operation)) return undefined;
    if (!this.child.connected) {
      this.failure = 'its process is no more';
      return undefined;
    }
    this.child.send(turn);
    const answer = await this.answer();
    return answer.type === 'samples' ? answer : undefined;
  }

  /** Ends the process; a turn that it is in fails. */
  end(): void {
    this.child.kill('SIGKILL');
    this.child.disconnect();
  }

  private async answer(): Promise<Answer> {
    const { child } = this;
    const answer = await new Promise<Answer>((resolve) => {
      child.once('message', (message) => resolve(message as Answer));
      child.once('exit', (code, signal) => {
        resolve({ type: 'failed', message: `its process ended with ${code ?? signal}` });
      });
    });
    child.removeAllListeners('message').removeAllListeners('exit');
    if (answer.type === 'failed') this.failure = answer.message;
    return answer;
  }
}
