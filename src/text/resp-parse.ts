/** From the text form to RESP. */
import { FramesToResp } from '../exchange/to-resp.ts';
import type { Side } from '../exchange/to-frames.ts';
import { readFrames } from '../frame/decoder.ts';
import { parseFrame, type FrameBody } from '../frame/all.ts';
import { formatPath, ProtocolError } from '../wire/errors.ts';
import { Writer } from '../wire/writer.ts';
import { parseLines, type ParsedLine } from './parse.ts';
import { TextError } from './scanner.ts';

/** What the text says is taken, whatever a receiver's limits are. */
const LIMITS = {
  maxPayload: 0xffff_ffff,
  maxDepth: 1000,
  maxElements: 0xffff_ffff,
  maxExpanded: 0xffff_ffff,
};

/** Makes RESP of frames in the text form, which may come in pieces of whole lines. One that failed stays failed. */
export class RespParser {
  private readonly exchange: FramesToResp;
  /** The request id that came last, and how many came. */
  private last: number | bigint = 0;
  private ids = 0;

  /** @param side who speaks; left out, that of the first frame. */
  constructor(side?: Side) {
    this.exchange = new FramesToResp(side);
  }

  /**
   * The RESP that text says; those bytes that `RespPrinter` printed. Raw bytes stand as they are. Request ids rise, and are
   * not written: RESP has an order instead.
   * @throws TextError with line and column for text that is not in the form, and with `fault` for what RESP has nothing for
   *   [RESP-14]: a frame of the session or of the other side, an id that does not rise, a mark, and what `RespWriter` refuses.
   */
  parse(text: string): Uint8Array {
    const out = new Writer();
    for (const line of parseLines(text)) out.raw(line.raw ? line.bytes : this.frame(line));
    return out.take();
  }

  /** The RESP of a line's frame; a view that lasts until the next. */
  private frame({ bytes, deliberate, error }: ParsedLine): Uint8Array {
    try {
      if (deliberate) throw refused('RESP has nothing for a mark, or for raw bytes in a frame');
      const [frame] = readFrames(bytes, { limits: LIMITS });
      const body = parseFrame(frame!, { limits: LIMITS, lossless: true });
      this.exchange.writer.pos = 0;
      this.exchange.add(this.numbered(body), 0);
      return this.exchange.writer.peek();
    } catch (fault) {
      if (!(fault instanceof ProtocolError)) throw fault;
      const { code, path, detail, rule } = fault;
      const where = path.length === 0 ? '' : ` (${formatPath(path)})`;
      const { line, column } = error('');
      throw new TextError(line, column, `${code}${where}: ${detail} [${rule}]`, fault);
    }
  }

  /** The frame with the id that is due: lines may have been left out, or stand raw. */
  private numbered(body: FrameBody): FrameBody {
    if (body.kind !== 'COMMAND' && body.kind !== 'REPLY') return body;
    if (body.id <= this.last) throw refused(`RESP has an order: after ${this.last} comes no ${body.id}`);
    this.last = body.id;
    return { ...body, id: ++this.ids };
  }
}

function refused(detail: string): ProtocolError {
  return new ProtocolError('RESP_UNSUPPORTED', 'RESP-14', 0, detail);
}
