/** The heartbeat of a client: beats become PINGs, and what a link's silence teaches is learned. */
import { Heartbeat, type HeartbeatMemory, type HeartbeatOptions } from '../policy/index.ts';
import { clock } from './clock.ts';

export class Pulse {
  private readonly heart: Heartbeat;

  constructor(options: HeartbeatOptions, memory: HeartbeatMemory) {
    this.heart = new Heartbeat(options, memory);
  }

  setForeground(foreground: boolean): void {
    this.heart.setForeground(foreground);
  }

  networkChanged(label: string): void {
    this.heart.networkChanged(label);
  }

  linkUp(): void {
    this.heart.linkUp(clock());
  }

  /** @param silent its session gave it up because nothing came: where a beat was out, the interval was too long. */
  linkDown(silent: boolean): void {
    const { heart } = this;
    if (silent && heart.awaiting) heart.handleTimeout(Math.max(clock(), heart.nextTimeout()));
    heart.linkDown();
  }

  wrote(): void {
    this.heart.wrote(clock());
  }

  received(): void {
    this.heart.received(clock());
  }

  nextTimeout(): number {
    return this.heart.nextTimeout();
  }

  handleTimeout(now: number): 'beat' | 'dead' | undefined {
    return this.heart.handleTimeout(now);
  }
}
