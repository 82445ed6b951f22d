/** One command, reply or push of a conversation: what it is called, what it says, and the RESP that says the same. */
import { ProtocolError, type FrameBody } from 'petrel';
import { commandOf, replyOf } from 'petrel/exchange';
import { stringify } from 'petrel/json';
import { RespType, RespWriter } from 'petrel/resp';
import type { Encodable } from 'petrel/value';
import { encodeCbor, encodeMessagePack } from './peers.ts';
import { jsonable, plain } from './plain.ts';

/** Writes frames as RESP. */
export class RespItem {
  /** Commands whose arguments are more than strings: priced as an array, though no server takes them. */
  nested = 0;
  private readonly writer = new RespWriter();

  /** The RESP of a COMMAND, REPLY, PART or PUSH, a view until the next call; undefined for what RESP has nothing for. */
  of(body: FrameBody): Uint8Array | undefined {
    const { writer } = this;
    writer.pos = 0;
    try {
      if (!this.write(body)) return undefined;
    } catch (error) {
      if (error instanceof ProtocolError || error instanceof TypeError || error instanceof RangeError) return undefined;
      throw error;
    }
    return writer.peek();
  } // prettier-ignore

  private write(body: FrameBody): boolean {
    switch (body.kind) {
      case 'COMMAND':
        this.command(body);
        return true;
      case 'REPLY':
      case 'PUSH':
        this.writer.reply(replyOf(body));
        return true;
      case 'PART':
        this.writer.reply(replyOf({ ...body, kind: 'REPLY' }));
        return true;
      default:
        return false;
    }
  }

  private command(body: Extract<FrameBody, { kind: 'COMMAND' }>): void {
    try {
      const { parts, inline } = commandOf(body);
      if (inline) this.writer.inline(parts[0]!);
      else this.writer.command(parts);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.writer.reply([body.verb, ...body.args]);
      this.nested++;
    }
  }
}

/** Bytes of a plain value in the formats that have no more than it: JSON with the end of its line. */
export function plainSizes(says: Encodable): { readonly json: number; readonly messagepack: number; readonly cbor: number } {
  return {
    json: Buffer.byteLength(stringify(jsonable(says))) + 1,
    messagepack: encodeMessagePack(says).length,
    cbor: encodeCbor(says).length,
  };
} // prettier-ignore

const TYPES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(RespType).map(([name, type]) => [type, name.replace(/\B[A-Z]/g, ' $&').toLowerCase()]),
);

/** What an item is called, and what it says. @param type the first byte of it in RESP. */
export function told(body: FrameBody, type: number): { readonly name: string; readonly says: Encodable } {
  if (body.kind === 'REPLY' || body.kind === 'PART') return { name: `reply: ${TYPES[type] ?? 'other'}`, says: plain(body.value) };
  if (body.kind !== 'COMMAND' && body.kind !== 'PUSH') throw new TypeError(`a ${body.kind} has no counterpart`);
  const { kind, verb, args } = body;
  const [only] = args;
  const says = verb === 'RESP' && args.length === 1 ? only! : [verb, ...args];
  const name = verb === 'RESP' ? (Array.isArray(only) ? 'other' : 'inline') : verb.toUpperCase();
  return { name: kind === 'PUSH' ? `push: ${verb}` : name, says: plain(says) };
} // prettier-ignore
