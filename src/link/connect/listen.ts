/** One call that makes a server of sessions, transports and handlers. */
import type { HelloOffer } from '../../frame/handshake.ts';
import { SessionServer, type DrainOptions, type SessionServerOptions } from '../server.ts';
import { addressesIn, listenOn, type PortOptions } from './ports.ts';
import { ServedPeer, type Handlers } from './served-peer.ts';

export interface ListenAtOptions extends SessionServerOptions, Handlers, PortOptions {
  /**
   * Judges who wants a session, by what its HELLO says: true, or why not. Default: everybody is welcome.
   */
  readonly authenticate?: (
    offer: HelloOffer,
  ) => true | { readonly code?: number; readonly text?: string; readonly after?: number };
}

export class LinkServer {
  readonly server: SessionServer;
  /** Where it listens, with the ports that were free. */
  readonly addresses: readonly string[];
  private readonly peersBySession: Set<ServedPeer>;

  /** Use `listen`. */
  constructor(server: SessionServer, addresses: readonly string[], peers: Set<ServedPeer>) {
    this.server = server;
    this.addresses = addresses;
    this.peersBySession = peers;
  }

  /** Who has a session, with a link or without. */
  get peers(): Iterable<ServedPeer> {
    return this.peersBySession;
  }

  /** Stops in good order: what was asked is answered, clients are told when to come back. @returns when all is over. */
  async drain(options: DrainOptions = {}): Promise<void> {
    await this.server.drain(options);
  }

  /** Stops at once and without a word. */
  async stop(): Promise<void> {
    await this.server.stop();
  }
}

/**
 * Listens for clients over any transport.
 *
 * @example
 * const server = await listen({
 *   at: ['tcp://0.0.0.0:5222', 'http://0.0.0.0:8080'],
 *   commands: { ECHO: async ([value]) => value ?? null },
 * });
 *
 * @returns the server when all ports are open. Rejects with a TypeError or RangeError for options that make no sense, and with Node's error where
 *   it can't listen: then no port stays open.
 */
export async function listen(options: ListenAtOptions): Promise<LinkServer> {
  addressesIn(options); // before anything is made
  const peers = new Set<ServedPeer>();
  const server = new SessionServer(options, (offer) => {
    const judgement = options.authenticate?.(offer) ?? true;
    if (judgement !== true) return judgement;
    let peer: ServedPeer | undefined;
    return (event, driver) => {
      if (peer === undefined) peers.add((peer = new ServedPeer(driver, offer, options)));
      if (event.type === 'closed') peers.delete(peer);
      peer.on(event);
    };
  });
  try {
    // before somebody can get a session here, and come back to another process
    await options.siblings?.takeFor(server);
    const texts = await listenOn(server, options);
    options.siblings?.listening(texts);
    return new LinkServer(server, texts, peers);
  } catch (error) {
    await server.stop();
    throw error;
  }
}
