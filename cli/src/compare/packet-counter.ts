/** The packets of connections: all, and those that brought new bytes. */
import type { CaptureHandler, Connection, Ending, Packet, Side } from 'petrel/capture';
import type { PricedCapture } from './capture-price.ts';

/** Connections that have ended and of which packets may still come, as `petrel/capture` tells them from new ones. */
const MOST_OVER = 1024;

/** Counts on the way from an analyzer to what reads the conversations. */
export class PacketCounter implements CaptureHandler {
  readonly sum = { connections: 0, packets: 0, bare: 0, wire: 0 };
  private readonly inner: Required<CaptureHandler>;
  private readonly isPriced: (connection: Connection) => boolean;
  private readonly brought = new Map<Connection, { packets: number; last: number }>();
  private readonly over = new Set<Connection>();

  /** @param isPriced asked once of each connection, when it is over */
  constructor(inner: Required<CaptureHandler>, isPriced: (connection: Connection) => boolean) {
    this.inner = inner;
    this.isPriced = isPriced;
  }

  opened(connection: Connection): void {
    this.brought.set(connection, { packets: 0, last: 0 });
    this.inner.opened(connection);
  }

  data(from: Side, bytes: Uint8Array, packet: Packet | undefined): void {
    const brought = this.brought.get(from.connection)!;
    if (packet !== undefined && packet.number !== brought.last) brought.packets++;
    brought.last = packet?.number ?? brought.last;
    this.inner.data(from, bytes, packet);
  }

  gap(from: Side, length: number, packet: Packet | undefined): void {
    this.inner.gap(from, length, packet);
  }

  closed(connection: Connection, how: Ending): void {
    this.inner.closed(connection, how);
    this.over.add(connection);
    if (this.over.size > MOST_OVER) this.count(this.over.values().next().value!);
  }

  finish(): PricedCapture['captured'] {
    for (const connection of this.over) this.count(connection);
    return this.sum;
  }

  private count(connection: Connection): void {
    const { sum, brought } = this;
    const packets = connection.client.packets + connection.server.packets;
    const { packets: full } = brought.get(connection)!;
    this.over.delete(connection);
    brought.delete(connection);
    if (!this.isPriced(connection)) return;
    sum.connections++;
    sum.packets += packets;
    sum.bare += packets - full;
    sum.wire += connection.client.wire + connection.server.wire;
  }
}
