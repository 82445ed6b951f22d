/** What a server half sends to a Redis server: COMMANDs in the order in which they came, whatever their ids. [RESP-17] */
import { commandOf } from '../exchange/commands.ts';
import { CloseCode } from '../frame/close-code.ts';
import type { FrameDecoder } from '../frame/decoder.ts';
import { FrameKind, frameName } from '../frame/kinds.ts';
import { requestIdIn } from '../frame/request-id.ts';
import type { Command, Push, Uint64 } from '../frame/types.ts';
import { ProtocolError } from '../wire/errors.ts';
import { Queue } from '../wire/queue.ts';
import {
  awaitedOf,
  MONITORS_ALREADY,
  ORDINARY,
  refusal,
  REFUSED_BY_ALL,
  type Awaited,
  type Parts,
} from './awaited.ts';
import type { Ending } from './close.ts';
import { Half, isEnd } from './half.ts';
import { splitInline } from './inline.ts';
import { giveCommand } from './lanes/commands.ts';
import { idBefore, idEnd } from './lanes/ids.ts';
import { OpenIds } from './open-ids.ts';

/** A command that was sent to the server. */
export interface Pending {
  readonly id: Uint64;
  readonly awaited: Awaited;
}

export abstract class ServerCommands extends Half {
  protected readonly pending: Queue<Pending> = new Queue<Pending>();
  protected readonly open: OpenIds = new OpenIds();
  /** MONITORs that were sent and not answered; whether what was sent makes the connection a monitor. */
  protected monitors = 0;
  protected aheadMonitor = false;
  /** Names in what was sent and not answered. */
  protected names = 0;
  /** Why there are no replies any more: the server is gone, or what it said. */
  protected gone: Ending | undefined;
  protected clientEnded = false;

  frame(decoder: FrameDecoder): void {
    const { kind } = decoder;
    switch (kind) {
      case FrameKind.COMMAND:
        return this.command(decoder);
      case FrameKind.CANCEL:
        return undefined; // nothing in RESP asks for less
      case FrameKind.PUSH:
        return this.told();
      case FrameKind.REPLY:
      case FrameKind.PART:
        return this.link.refuse('ID_UNUSED', 'SESSION-13', 'nothing was asked');
      default:
        return this.link.close(CloseCode.UNSUPPORTED, `a frame of kind ${frameName(kind)}`);
    }
  }

  /** A PUSH: nothing in RESP says what nobody asked, but that a client has ended its side. */
  private told(): void {
    try {
      if (!isEnd(this.link.parse() as Push)) return;
      this.clientEnded = true;
      this.link.ackNow();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }

  /** Takes the fast lane with an ordinary command. @returns false where it takes the slow way. */
  private quickly({ bytes, start, end }: FrameDecoder): boolean {
    const pos = idEnd(bytes, start, end);
    const id = pos === 0 ? 0 : idBefore(bytes, start, pos);
    if (id === 0 || this.open.has(id) || end - start > this.fast || this.gone !== undefined) return false;
    if (!giveCommand(bytes, pos, end, this.resp)) return false;
    this.open.add(id);
    this.counts.commands++;
    this.pending.push({ id, awaited: ORDINARY });
    return true;
  }

  private command(decoder: FrameDecoder): void {
    if (this.quickly(decoder)) return undefined;
    const id = requestIdIn(decoder.bytes, decoder.start, decoder.end);
    if (id === undefined) return this.link.close(CloseCode.MALFORMED, 'a COMMAND without an id');
    if (this.open.has(id)) return this.link.refuse('ID_TAKEN', 'SESSION-12', `${id} has no REPLY yet`);
    this.open.add(id);
    this.counts.commands++;
    const parts = this.parts();
    if (typeof parts === 'string') return this.forward(id, REFUSED_BY_ALL, refusal(parts));
    const awaited = awaitedOf(parts);
    const reason = this.refused(awaited);
    if (reason === undefined) return this.forward(id, parts, awaited);
    return this.forward(id, REFUSED_BY_ALL, refusal(reason));
  }

  /** The parts of the command that the link is at; what is wrong with it, where it has none. */
  private parts(): Parts | string {
    try {
      const { parts, inline } = commandOf(this.link.parse() as Command);
      const words = inline ? splitInline(parts[0]!) : parts;
      if (typeof words === 'string') return `ERR Protocol error: ${words}`;
      return words.length > 0 ? words : 'ERR an empty command, which has no reply';
    } catch (error) {
      if (error instanceof ProtocolError) return `ERR ${error.code} ${error.message}`;
      throw error;
    }
  }

  /** Why a command may not go to the server: it would get no reply, or more than can be told apart. */
  private refused({ role, mode, names }: Awaited): string | undefined {
    if (role === 'replication') return 'ERR replication is not carried over Petrel';
    if (role === 'replyMode' && mode !== 'ON') return 'ERR every command has a reply over Petrel: CLIENT REPLY can only be ON';
    if (role === 'monitor' && this.aheadMonitor) return MONITORS_ALREADY;
    if (role !== 'subscribe') return undefined;
    const most = this.settings.maxSubscriptions;
    const count = this.conversation.subscriptions + this.names + names.length;
    return count > most ? `ERR more than ${most} subscriptions on one connection` : undefined;
  } // prettier-ignore

  private forward(id: Uint64, parts: Parts, awaited: Awaited): void {
    if (awaited.role === 'reset') this.aheadMonitor = false;
    if (awaited.role === 'monitor') {
      this.aheadMonitor = true;
      this.monitors++;
    }
    if (awaited.role === 'subscribe') this.names += awaited.names.length;
    this.pending.push({ id, awaited });
    if (this.gone === undefined) this.resp.command(parts);
  }
}
