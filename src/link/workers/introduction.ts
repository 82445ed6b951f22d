/** What a worker says first to another one about a transport that it passes: whether it is a stream, or an exchange and how long that may wait. */
import type { Socket } from 'node:net';
import type { Exchange } from '../transport/transport.ts';

const LENGTH = 5;
const STREAM = 0;
const EXCHANGE = 1;

export function introduction(exchange: Exchange | undefined): Uint8Array {
  const bytes = Buffer.alloc(LENGTH);
  bytes[0] = exchange === undefined ? STREAM : EXCHANGE;
  if (exchange?.side === 'answer') bytes.writeUInt32LE(exchange.wait, 1);
  return bytes;
}

/** Reads it from a socket of which nothing was read. @param then is told of the exchange, undefined for a stream. */
export function whenIntroduced(socket: Socket, then: (exchange: Exchange | undefined) => void): void {
  const read = (): void => {
    const bytes = socket.read(LENGTH) as Buffer | null;
    if (bytes === null) return;
    socket.off('readable', read);
    socket.off('end', left);
    then(bytes[0] === EXCHANGE ? { side: 'answer', wait: bytes.readUInt32LE(1) } : undefined);
  };
  // who only wanted to know whether somebody is there
  const left = (): void => void socket.destroy();
  socket.on('readable', read);
  socket.on('end', left);
}
