/** What `petrel encode` makes of the text form: frames, values, or RESP. */
import { decodeFirst, parseFrame, ProtocolError, readFrames } from 'petrel';
import { parseText, protocolOf, TextError } from 'petrel/text';
import { RespParser } from 'petrel/text/resp';
import { CommandError, complain, Exit, exitCodeOf } from './exit.ts';
import type { TextPiece } from './text-lines.ts';

export type Output = 'frames' | 'values' | 'resp';

/** Makes bytes of pieces of text. */
export interface Encoder {
  /** @throws CommandError naming line and column for what is not in the text form, or can't be written. */
  encode(piece: TextPiece): Uint8Array;
  /** Says what a decoder will refuse of all that was written. */
  finish(): void;
}

/** @param piece the first one. @returns whether text says of itself that it is RESP. */
export function saysResp(piece: TextPiece): boolean {
  return placed(piece, () => protocolOf(piece.text)) === 'resp';
}

export function encoderFor(output: Output): Encoder {
  return output === 'resp' ? new RespEncoder() : new FrameEncoder(output);
}

class RespEncoder implements Encoder {
  private readonly parser = new RespParser();

  encode(piece: TextPiece): Uint8Array {
    return placed(piece, () => this.parser.parse(piece.text));
  }

  finish(): void {
    // what is written is well-formed, unless the text asks for raw bytes
  }
}

class FrameEncoder implements Encoder {
  private readonly as: 'frames' | 'values';
  private written = 0;
  private deliberate = false;
  private refused: ProtocolError | undefined;

  constructor(as: 'frames' | 'values') {
    this.as = as;
  }

  encode(piece: TextPiece): Uint8Array {
    const { bytes, deliberate } = placed(piece, () => parseText(piece.text, { as: this.as }));
    this.deliberate ||= deliberate;
    if (!this.deliberate) this.refused ??= refusal(bytes, this.as)?.moved(this.written);
    this.written += bytes.length;
    return bytes;
  }

  /** Unless the text asked for it. */
  finish(): void {
    const { refused, deliberate } = this;
    if (refused !== undefined && !deliberate)
      complain(`warning: decoders will refuse what was written: ${refused.message}`);
  }
}

/** Why a decoder will refuse bytes. */
function refusal(bytes: Uint8Array, as: 'frames' | 'values'): ProtocolError | undefined {
  try {
    if (as === 'frames')
      for (const frame of readFrames(bytes, { limits: { maxPayload: 0xffff_ffff } })) parseFrame(frame);
    else for (let at = 0; at < bytes.length;) at = decodeFirst(bytes, at)?.end ?? bytes.length;
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

/** Runs, and names the line in the whole text where a piece is at fault. */
function placed<T>({ line }: TextPiece, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    const { column, detail, fault } = error;
    const code = fault === undefined ? Exit.MALFORMED : exitCodeOf(fault);
    throw new CommandError(`line ${line + error.line}, column ${column}: ${detail}`, code);
  }
}
