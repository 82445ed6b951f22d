/** Either side of a session over sockets of this machine, in either process. */
import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { FileJournal, JournalFile } from '../../src/link/journal/index.ts';
import { Acceptor, ClientSession, type Link } from '../../src/session/index.ts';
import { carry, flush, Peer } from './peer.ts';

const OPTIONS = { ackDelay: 5, window: { frames: 16 } };

export interface Side {
  /** Undefined before a client has come. */
  readonly peer: () => Peer | undefined;
}

/** A client; `dial` opens a link to a server on this port. */
export function client(
  file?: JournalFile,
  journal?: FileJournal,
): Side & { readonly dial: (port: number) => void } {
  const session = new ClientSession(OPTIONS, journal);
  const saved = journal?.saved();
  if (saved !== undefined) session.restore(saved);
  let live: readonly [Link, Socket] | undefined;
  const peer = new Peer(session, () => live && flush(...live), file, journal);
  peer.recall(saved?.open);
  return {
    peer: () => peer,
    dial: (port) => {
      const socket = connect(port, '127.0.0.1', () => {
        const link = session.connect(Date.now());
        live = [link, socket];
        carry(link, socket, () => peer.pump());
        peer.pump();
      });
      socket.on('error', () => {});
    },
  };
}

/** A server, and the port that it listens on. */
export async function server(
  file?: JournalFile,
  journal?: FileJournal,
): Promise<Side & { readonly port: number }> {
  const acceptor = new Acceptor(OPTIONS, (length) => randomBytes(length));
  const links = new Map<Link, Socket>();
  const flushAll = (): void => {
    for (const [link, socket] of links) {
      flush(link, socket);
      if (link.over) links.delete(link);
    }
  };
  const saved = journal?.saved();
  let peer: Peer | undefined;
  if (saved !== undefined) {
    peer = new Peer(acceptor.restore(saved, Date.now(), journal), flushAll, file, journal);
    peer.recall(saved.open);
  }
  const pump = (): void => {
    for (let event = acceptor.poll(); event !== undefined; event = acceptor.poll())
      if (event.type === 'hello' && !event.link.over)
        peer = new Peer(acceptor.accept(event.link, Date.now(), journal), flushAll, file, journal);
    if (peer === undefined) flushAll();
    else peer.pump();
  };
  const listener = createServer((socket) => {
    const link = acceptor.open(Date.now());
    links.set(link, socket);
    carry(link, socket, pump);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  listener.unref();
  return { peer: () => peer, port: (listener.address() as AddressInfo).port };
}
