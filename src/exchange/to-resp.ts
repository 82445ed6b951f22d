/** Frames as one side of a conversation in RESP. */
import type { FrameBody } from '../frame/all.ts';
import { RespWriter } from '../resp/writer.ts';
import type { Encodable } from '../value/types.ts';
import { ProtocolError, tracedPath, tracedText, type PathStep } from '../wire/errors.ts';
import { commandOf } from './commands.ts';
import { refused } from './refused.ts';
import { replyOf } from './replies.ts';
import type { Carrier, Side } from './to-frames.ts';
import { RESP_VERB } from './verbs.ts';

/** Writes what frames carry, with ids 1, 2, ... in order, as RESP. One that failed stays failed. */
export class FramesToResp {
  /** Holds the bytes; whoever takes them sets `pos` to 0. */
  readonly writer: RespWriter = new RespWriter();
  private side: Side | undefined;
  private last = 0;
  private failure: ProtocolError | undefined;

  /** @param side left out, that of the first frame. */
  constructor(side?: Side) {
    this.side = side;
  }

  /**
   * Writes what a frame carries.
   * @param body as `parseFrame` answers it with `lossless`.
   * @param offset of the frame's first byte in its stream.
   * @throws ProtocolError RESP_UNSUPPORTED at `offset`, with the path, for what RESP has nothing for; nothing of the frame
   *   is written then. [RESP-14]
   */
  add(body: FrameBody, offset: number): void {
    if (this.failure !== undefined) throw this.failure;
    try {
      this.write(this.expected(body));
    } catch (error) {
      throw error instanceof ProtocolError ? (this.failure = error.moved(offset)) : error;
    }
  }

  /** A frame of the side that speaks, and the next one. */
  private expected(body: FrameBody): Carrier {
    const { kind } = body;
    if (kind !== 'COMMAND' && kind !== 'REPLY' && kind !== 'PUSH')
      throw refused(0, `RESP has nothing for a ${kind}`, [kind]);
    const side = kind === 'COMMAND' ? 'client' : 'server';
    this.side ??= side;
    if (side !== this.side) throw refused(0, `a ${this.side} sends no ${kind}`, [kind]);
    if (kind !== 'PUSH' && body.id !== this.last + 1)
      throw refused(0, `RESP has an order and no ids: ${this.last + 1} is due`, [kind, 'id']);
    return body;
  }

  private write(body: Carrier): void {
    if (body.kind === 'COMMAND') {
      const { parts, inline } = commandOf(body);
      if (inline) this.writer.inline(parts[0]!);
      else this.writer.command(parts);
    } else this.reply(replyOf(body), body);
    if (body.kind !== 'PUSH') this.last++;
  }

  private reply(value: Encodable, body: Carrier): void {
    try {
      this.writer.reply(value);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      throw refused(0, tracedText(error), pathIn(body, tracedPath(error)));
    }
  }
}

/** Where in a frame stands what stands at `path` in the value that it carries. */
function pathIn(body: Carrier, path: readonly PathStep[]): readonly PathStep[] {
  if (body.kind === 'REPLY') return ['REPLY', 'value', ...path];
  const [first, ...rest] = path;
  if (body.verb === RESP_VERB || typeof first !== 'number') return [body.kind, 'args', 0, ...path];
  return [body.kind, 'args', first - 1, ...rest];
}
