/** A client's RESP, command by command: inline ones split, those without a reply passed over, faults in words. [RESP-16] */
import { FrameKind } from '../frame/kinds.ts';
import { RespCommandReader } from '../resp/commands.ts';
import { RespType } from '../resp/types.ts';
import { ProtocolError } from '../wire/errors.ts';
import type { Limits } from '../wire/limits.ts';
import type { Parts } from './awaited.ts';
import { LONGEST_LINE, splitInline, TOO_LONG } from './inline.ts';

export class CommandStream {
  /** The command that `read` came to the end of, if there is one, and how many bytes of RESP it is. */
  parts: Parts | undefined;
  length = 0;
  /** What is wrong with what it came to, where something is: nothing behind it can be read. */
  fault: string | undefined;
  private readonly limits: Limits;
  /** It serves one command, and holds what there is of one that is not whole. */
  private reader: RespCommandReader | undefined;
  private isLine = false;
  /** Offset in the stream of its first byte. */
  private base = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** Whether a command begins with the next byte. */
  get atStart(): boolean {
    return this.reader === undefined;
  }

  /** So many bytes, a whole command, were read elsewhere. */
  skip(size: number): void {
    this.base += size;
  }

  /** Reads up to the end of one command. @returns the index after it, the chunk's end where it is not whole. */
  read(chunk: Uint8Array, pos: number): number {
    this.parts = undefined;
    if (this.base === 0 && this.reader === undefined && chunk[pos]! >> 4 === FrameKind.HELLO) {
      this.fault = 'what came is no RESP: it begins as Petrel does';
      return chunk.length;
    }
    if (this.reader === undefined) this.isLine = chunk[pos] !== RespType.Array;
    const reader = (this.reader ??= new RespCommandReader({ limits: this.limits }));
    const before = reader.position;
    reader.feed(pos === 0 ? chunk : chunk.subarray(pos));
    try {
      const command = reader.next();
      if (command === undefined) {
        if (this.isLine && reader.position > LONGEST_LINE) this.fault = TOO_LONG;
        return chunk.length;
      }
      this.reader = undefined;
      this.base += reader.position;
      this.take(command.inline ? splitInline(command.parts[0]!) : command.parts, command.length);
      return pos + reader.position - before;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const { code, offset, detail } = error;
      this.fault = `${detail} (${code} at byte ${this.base + offset})`;
      return chunk.length;
    }
  }

  private take(parts: Parts | string, length: number): void {
    if (typeof parts === 'string') this.fault = parts;
    else if (parts.length > 0) {
      this.parts = parts;
      this.length = length;
    }
  }
}
