/** A proxy that passes bytes through as they are, and tells what passed as packets. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { SyntheticConnection, type End, type Instant } from 'petrel/capture';
import type { Endpoint } from '../bridge/endpoint.ts';
import { listenAt } from '../listening.ts';
import { addressBytes, mapped } from './addresses.ts';

/** Takes packets. While what it answers is pending, nothing is read. */
export type PacketSink = (packet: Uint8Array, time: Instant) => Promise<void> | undefined;

/** A moment of the system's clock. */
function now(): Instant {
  const millis = performance.timeOrigin + performance.now();
  const seconds = Math.floor(millis / 1000);
  return { seconds, nanoseconds: Math.floor((millis - seconds * 1000) * 1e6) };
}

export class Tap {
  private readonly at: Endpoint;
  private readonly to: Endpoint;
  private readonly sink: PacketSink;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(at: Endpoint, to: Endpoint, sink: PacketSink) {
    this.at = at;
    this.to = to;
    this.sink = sink;
    // what a client says before the server is there waits in the kernel
    this.server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (client) =>
      this.accept(client),
    );
  }

  /** @returns where it listens. @throws CommandError where it can't. */
  async listen(): Promise<string> {
    return listenAt(this.server, this.at);
  }

  /** Takes no more connections, and cuts those that there are. */
  stop(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private accept(client: Socket): void {
    const { host, port } = this.to;
    const server = connect({ host, port, allowHalfOpen: true, noDelay: true });
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    }
    const refused = (): void => {
      client.resetAndDestroy();
    };
    const gone = (): void => {
      server.destroy();
    };
    server.once('error', refused);
    client.once('error', gone);
    server.once('connect', () => {
      server.off('error', refused);
      client.off('error', gone);
      if (client.destroyed) return gone();
      return this.join(client, server);
    });
  }

  private join(client: Socket, server: Socket): void {
    const connection = connectionOf(client, server);
    void this.tell(connection.open());
    this.pass('client', connection, client, server);
    this.pass('server', connection, server, client);
    client.resume();
  }

  /** Passes on what one end says. */
  private pass(from: End, connection: SyntheticConnection, source: Socket, target: Socket): void {
    let ended = false;
    source.on('data', (chunk: Uint8Array) => {
      const taken = target.write(chunk);
      const told = this.tell(connection.data(from, chunk));
      if (taken && told === undefined) return;
      source.pause();
      const drained = taken ? undefined : once(target, 'drain').catch(() => {});
      void Promise.all([told, drained]).then(() => source.resume());
    });
    source.once('end', () => {
      ended = true;
      void this.tell(connection.end(from));
      target.end();
    });
    source.once('error', () => {
      if (!ended) void this.tell(connection.reset(from));
      ended = true;
      target.resetAndDestroy();
    });
    target.once('close', () => source.resume());
    source.once('close', () => {
      // cut by this side, or by the other end's reset
      if (!target.destroyed && !ended) target.destroy();
    });
  }

  private tell(packets: readonly Uint8Array[]): Promise<void> | undefined {
    const time = now();
    let last: Promise<void> | undefined;
    for (const packet of packets) last = this.sink(packet, time) ?? last;
    return last;
  }
}

function connectionOf(client: Socket, server: Socket): SyntheticConnection {
  const ends = [client, server].map(({ remoteAddress = '', remotePort = 0 }) => ({
    address: addressBytes(remoteAddress),
    port: remotePort,
  }));
  const six = ends.some(({ address }) => address.length === 16);
  const [one, other] = ends.map(({ address, port }) => ({ address: six ? mapped(address) : address, port }));
  return new SyntheticConnection(one!, other!);
}
