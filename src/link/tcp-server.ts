/** Sessions of clients that come over TCP. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { HelloOffer } from '../frame/handshake.ts';
import {
  Acceptor,
  type AcceptorEvent,
  type Closing,
  type Link,
  type ServerOptions,
  type ServerSession,
} from '../session/index.ts';
import { Alarm, now } from './alarm.ts';
import { Carrier, type Owner } from './carrier.ts';
import { SessionDriver, type SessionListener } from './driver.ts';

/** Judges who wants a session: who is told of all that happens in it, or why there is none. */
export type Judge = (offer: HelloOffer) => SessionListener<ServerSession> | Closing;

export class TcpServer implements Owner {
  readonly acceptor: Acceptor;
  private readonly judge: Judge;
  private readonly server: Server = createServer((socket) => this.take(socket));
  /** Links that are no session's yet. */
  private readonly strangers = new Map<Link, Carrier>();
  private readonly drivers = new Map<ServerSession, SessionDriver<ServerSession>>();
  private readonly alarm: Alarm = new Alarm(() => this.ring());

  /** @throws RangeError naming the option that is out of its range. */
  constructor(options: ServerOptions, judge: Judge) {
    this.acceptor = new Acceptor(options, randomBytes);
    this.judge = judge;
  }

  /** @returns where it listens, port 0 being a free one. Rejects with Node's error where it can't. */
  async listen(port: number, host?: string): Promise<AddressInfo> {
    this.server.listen(port, host);
    await once(this.server, 'listening');
    return this.server.address() as AddressInfo;
  }

  /** Sessions that have not ended, with a link or without. */
  get sessions(): Iterable<SessionDriver<ServerSession>> {
    return this.drivers.values();
  }

  /** Takes nobody any more, and ends all sockets without a word. For a good end, close the sessions before. */
  async stop(): Promise<void> {
    this.alarm.stop();
    for (const owned of [...this.strangers.values(), ...this.drivers.values()]) owned.destroy();
    this.strangers.clear();
    this.drivers.clear();
    if (this.server.listening) await once(this.server.close(), 'close');
  }

  /** Something has come on a link that is no session's yet. */
  wake(): void {
    const { acceptor } = this;
    for (let event = acceptor.poll(); event !== undefined; event = acceptor.poll()) this.on(event);
    for (const [link, carrier] of this.strangers) {
      carrier.flush();
      if (carrier.over) this.strangers.delete(link);
    }
    this.alarm.set(acceptor.nextTimeout());
  }

  private ring(): void {
    this.acceptor.handleTimeout(now());
    this.wake();
  }

  private take(socket: Socket): void {
    const link = this.acceptor.open(now());
    this.strangers.set(link, new Carrier(socket, link, this));
    this.alarm.set(this.acceptor.nextTimeout());
  }

  private on(event: AcceptorEvent): void {
    switch (event.type) {
      case 'hello':
        return this.greeted(event.link, event.offer);
      case 'resumed':
        return this.carry(event.link, this.drivers.get(event.session));
      case 'gone':
        return; // what it has to say is written with the others'
    }
  }

  private greeted(link: Link, offer: HelloOffer): void {
    if (link.over) return; // what came behind its HELLO has ended it
    const judgement = this.judge(offer);
    if (typeof judgement !== 'function') return this.acceptor.refuse(link, judgement);
    const session = this.acceptor.accept(link, now());
    const driver = new SessionDriver(session, (event, driver) => {
      if (event.type === 'closed') this.drivers.delete(session);
      judgement(event, driver);
    });
    this.drivers.set(session, driver);
    this.carry(link, driver);
  }

  private carry(link: Link, driver: SessionDriver<ServerSession> | undefined): void {
    const carrier = this.strangers.get(link);
    if (carrier === undefined || driver === undefined) return;
    this.strangers.delete(link);
    driver.carry(carrier);
    driver.wake();
  }
}
