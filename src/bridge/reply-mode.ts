/** CLIENT REPLY's modes: whether a client wants the reply whose turn it is. [RESP-22] */
import type { Encodable } from '../value/types.ts';
import type { Awaited } from './awaited.ts';
import { statusOf } from './values.ts';

export class ReplyMode {
  private off = false;
  private skip = false;
  private skipNext = false;

  get silent(): boolean {
    return this.off || this.skip;
  }

  /** Takes what a reply changes. @returns whether Redis would have given no reply. */
  change({ role, mode }: Awaited, value: Encodable): boolean {
    const status = statusOf(value);
    if (role === 'reset' && status === 'RESET') this.off = this.skipNext = false;
    if (role !== 'replyMode' || status !== 'OK') return false;
    if (mode === 'SKIP') this.skipNext = !this.off;
    else this.off = mode === 'OFF';
    if (mode === 'ON') this.skip = false;
    return mode !== 'ON';
  }

  /** It is the next reply's turn. */
  step(): void {
    this.skip = this.skipNext;
    this.skipNext = false;
  }
}
