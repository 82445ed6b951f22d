/** A proxy between clients and a server that cuts connections after an exact number of bytes. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Cut } from './plan.ts';

/** Milliseconds for a receiver to read what came before a reset, which takes back what is not read. */
const BEFORE_RESET = 2;

/** One way of a connection. */
interface Way {
  readonly from: Socket;
  readonly to: Socket;
  /** Bytes that went through. */
  carried: number;
  /** Nothing goes through any more, no end either. */
  shut: boolean;
}

/** A client's socket and one to the server, and what goes between. */
export class Proxied {
  readonly up: Way;
  readonly down: Way;
  private readonly cut: Cut | undefined;
  private readonly told: (cut: Cut) => void;

  constructor(client: Socket, server: Socket, cut: Cut | undefined, told: (cut: Cut) => void) {
    this.up = { from: client, to: server, carried: 0, shut: false };
    this.down = { from: server, to: client, carried: 0, shut: false };
    this.cut = cut;
    this.told = told;
    this.carry(this.up);
    this.carry(this.down);
  }

  destroy(): void {
    for (const { from, to } of [this.up, this.down]) {
      from.destroy();
      to.destroy();
    }
  }

  private carry(way: Way): void {
    const { from, to } = way;
    from.on('data', (chunk) => this.forward(way, chunk));
    from.on('end', () => {
      if (!way.shut) to.end();
    });
    from.on('error', () => {
      if (!way.shut) to.resetAndDestroy();
    });
  }

  private forward(way: Way, chunk: Uint8Array): void {
    if (way.shut) return;
    const { cut } = this;
    const left = cut !== undefined && cut.up === (way === this.up) ? cut.bytes - way.carried : Infinity;
    const goes = chunk.subarray(0, left);
    way.carried += goes.length;
    if (chunk.length < left) way.to.write(goes);
    else {
      this.fail(way, cut!);
      way.to.write(goes, () => end(cut!, way));
    }
  }

  private fail(way: Way, cut: Cut): void {
    way.shut = true;
    if (!cut.how.startsWith('half')) this.up.shut = this.down.shut = true;
    this.told(cut);
  }
}

/** What the ends are told, once all that came before the cut is on its way. */
function end({ how }: Cut, { from, to }: Way): void {
  switch (how) {
    case 'fin':
      from.end();
      to.end();
      return;
    case 'half fin':
      to.end();
      return;
    case 'rst':
      setTimeout(() => {
        from.resetAndDestroy();
        to.resetAndDestroy();
      }, BEFORE_RESET);
      return;
    case 'silence':
    case 'half silence':
      return;
  }
}

export class Proxy {
  /** Connections of the conversation of now. */
  connections: Proxied[] = [];
  private plan: readonly (Cut | undefined)[] = [];
  private told: (cut: Cut) => void = () => undefined;
  private readonly server: Server;

  /** @param target the port of the server, on the loopback. */
  constructor(target: number) {
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      const server = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
      const cut = this.plan[this.connections.length];
      this.connections.push(new Proxied(client, server, cut, this.told));
    });
  }

  /** @returns the port at which it listens. */
  async listen(): Promise<number> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  /** The n-th connection from now on is cut by the n-th of the plan, one without a cut goes on; `told` when it is. */
  begin(plan: readonly (Cut | undefined)[], told: (cut: Cut) => void): void {
    this.plan = plan;
    this.told = told;
    this.connections = [];
  }

  /** Drops all connections. */
  end(): void {
    for (const connection of this.connections) connection.destroy();
  }

  async close(): Promise<void> {
    this.end();
    await once(this.server.close(), 'close');
  }
}
