/** A TCP connection of a capture: two sides, and how it went. */
import { ByteStream, type Budget, type StreamSink } from './byte-stream.ts';
import type { Instant, Packet } from './packet.ts';

/** What both sides are made with. */
export interface Shared {
  readonly handler: CaptureHandler;
  /** Bytes that one direction holds behind a hole. */
  readonly maxHeld: number;
  readonly budget: Budget;
  /** The packet that is read. No connection holds one: it would hold the chunk of the file that it lies in. */
  packet: Packet | undefined;
}

/** How a connection ended: by both sides, by RST, not at all, by a new one of the same ports, or for want of room. */
export type Ending = 'fin' | 'reset' | 'open' | 'replaced' | 'forgotten';

/** Who is told what the packets of a capture say. Bytes are views, good until the call returns. */
export interface CaptureHandler {
  opened?(connection: Connection): void;
  /** Bytes of one direction, in order; `packet` is the one that completed them, undefined at the capture's end. */
  data(from: Side, bytes: Uint8Array, packet: Packet | undefined): void;
  /** So many bytes of one direction are not in the capture; `packet` is the one that showed it. */
  gap?(from: Side, length: number, packet: Packet | undefined): void;
  /** Both directions are over: nothing more is told of the connection. */
  closed?(connection: Connection, how: Ending): void;
  /** The capture is over, and all its connections were closed. */
  finished?(): void;
}

/** An end of a connection. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** One end, and what it sent. */
export class Side implements Endpoint, StreamSink {
  readonly connection: Connection;
  readonly address: string;
  readonly port: number;
  readonly stream: ByteStream;
  /** Packets from this side. */
  packets = 0;
  /** Bytes of its segments' payloads on the wire, those sent again included. */
  payload = 0;
  /** Bytes of its packets on the wire, with all headers. */
  wire = 0;
  /** The number of its SYN, where that is in the capture. */
  initial: number | undefined;
  private readonly shared: Shared;

  constructor(connection: Connection, { address, port }: Endpoint, shared: Shared) {
    this.connection = connection;
    this.address = address;
    this.port = port;
    this.shared = shared;
    this.stream = new ByteStream(this, shared.maxHeld, shared.budget);
  }

  data(bytes: Uint8Array): void {
    const { handler, packet } = this.shared;
    handler.data(this, bytes, packet);
  }

  gap(length: number): void {
    const { handler, packet } = this.shared;
    handler.gap?.(this, length, packet);
  }

  /** The other end. */
  get peer(): Side {
    const { client, server } = this.connection;
    return this === client ? server : client;
  }

  /** `10.0.0.1:6379`, `[::1]:6379`. */
  get name(): string {
    const { address, port } = this;
    return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  }
}

export class Connection {
  /** 1 for the first of the capture. */
  readonly id: number;
  /** Who opened it; where its begin is not in the capture, who has the higher port. */
  readonly client: Side;
  readonly server: Side;
  /** Whether the capture has its begin. */
  readonly complete: boolean;
  readonly began: Instant | undefined;
  last: Instant | undefined;
  /** Undefined while it lasts. */
  ending: Ending | undefined;

  constructor(
    id: number,
    ends: { readonly client: Endpoint; readonly server: Endpoint },
    begin: { readonly complete: boolean; readonly time: Instant | undefined },
    shared: Shared,
  ) {
    this.id = id;
    this.client = new Side(this, ends.client, shared);
    this.server = new Side(this, ends.server, shared);
    this.complete = begin.complete;
    this.began = this.last = begin.time;
  }
}
