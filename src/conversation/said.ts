/** What one side of a connection said: a frame, or what RESP has in the place of one. */
import type { Connection, Side } from '../capture/connection.ts';
import type { Instant } from '../capture/packet.ts';
import type { FrameBody } from '../frame/all.ts';
import type { Uint64 } from '../frame/types.ts';
import type { ProtocolError } from '../wire/errors.ts';
import type { Session } from './sessions.ts';
import type { TlsHello } from './tls.ts';

/** What is remarkable about a frame. */
export type Remark =
  /** Its number was seen before on another connection of the session. */
  | 'sent again'
  /** Frames of numbers before it were not seen. */
  | 'numbers missing'
  /** Its side has a command with this id that has no reply yet. */
  | 'id taken'
  /** A reply or part to no command that was seen, or to one that was answered. */
  | 'not asked'
  /** It acknowledges more than was seen of the other side. */
  | 'acknowledges more than was sent'
  /** It acknowledges less than before. */
  | 'acknowledges less than before'
  /** So many commands wait for a reply, or in a transaction, that from here on no reply is paired with its command. */
  | 'too many wait';

/** The request that a reply answers. */
export interface Asked {
  readonly id: Uint64;
  readonly verb: string;
  readonly time: Instant | undefined;
  /** Of the packet that completed it. */
  readonly packet: number;
  readonly connection: number;
}

export interface Said {
  readonly connection: Connection;
  readonly from: Side;
  readonly protocol: 'petrel' | 'resp';
  /** When its last byte was captured. */
  readonly time: Instant | undefined;
  /** The packet with that byte, 0 where only the capture's end brought it out. */
  readonly packet: number;
  /** A kind of frame; RESP's commands, replies and pushes have those of the frames that carry them. */
  readonly kind: number;
  /** Where it begins in its direction, from the first byte that was captured; in a PACK, among the inflated bytes. */
  readonly offset: number;
  /** Bytes, the head included. */
  readonly length: number;
  /** Of a frame its payload; of RESP all that it is: a view, good until the call returns. */
  readonly bytes: Uint8Array;
  /** Whether it stood in a PACK, which was said before it. */
  readonly packed: boolean;
  /** What it says; undefined where it is at fault. */
  readonly body: FrameBody | undefined;
  readonly fault: ProtocolError | undefined;
  /** Of a counted frame: its number in the session, where that can be known. */
  readonly number: number | undefined;
  /** Of a link of Petrel, once its handshake was seen. */
  readonly session: Session | undefined;
  /** Of a reply or part: what it answers. */
  readonly request: Asked | undefined;
  readonly remarks: readonly Remark[];
}

/** Who is told what was said. */
export interface ConversationHandler {
  said(said: Said): void;
  /** What a connection speaks, before anything that it says; of TLS, what is said in the clear. */
  speaks?(connection: Connection, protocol: string, tls?: TlsHello): void;
  /** Bytes that are not in the capture. */
  missing?(from: Side, length: number): void;
  /** Bytes that could not be read: no frame begins in them, or a fault ended the reading. */
  unread?(from: Side, length: number, why: ProtocolError | undefined): void;
  /** A command that got no reply by the end of its session or connection, or of the capture. */
  unanswered?(request: Asked, from: Side): void;
  closed?(connection: Connection): void;
}
