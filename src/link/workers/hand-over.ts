/** Plain TCP needs no relay: the socket itself goes to the other worker, through the process that has started both. */
import { Socket } from 'node:net';
import { SocketTransport } from '../transport/socket.ts';
import type { Transport } from '../transport/transport.ts';

/** What goes with a socket. */
export interface HandedOver {
  readonly petrel: 'take';
  /** The number of the worker that it is for. */
  readonly to: number;
  /** What was read from it, in base64. */
  readonly said: string;
}

/** What is sent, and when it has gone; of the platform, a worker's or a process's. */
type Send = (message: HandedOver, socket: Socket, options: object, done: () => void) => unknown;

/** The socket of a transport that can go: not of TLS, whose keys stay, and not while it has bytes to write. */
export function movable(transport: Transport): Socket | undefined {
  if (!(transport instanceof SocketTransport)) return undefined;
  const { socket } = transport;
  return socket.constructor === Socket && isIdle(socket) && stopReading(socket) ? socket : undefined;
}

/** Sends a socket of which nothing is read any more; here it is closed. */
export function handOver(send: Send, message: HandedOver, socket: Socket): void {
  // or the server that has accepted it would wait for its end before it closes
  Reflect.set(socket, 'server', undefined);
  send(message, socket, {}, () => socket.destroy());
}

/** A socket that has just come from another process, and goes on to a third one: nothing of it may be read here. */
export function forward(send: Send, message: HandedOver, socket: Socket): void {
  if (stopReading(socket)) handOver(send, message, socket);
  else socket.destroy();
}

function isIdle({ destroyed, readableEnded, writableLength, readableLength }: Socket): boolean {
  return !destroyed && !readableEnded && writableLength + readableLength === 0;
}

/**
 * Node has no public way to stop a socket at once, and `pause` lets it read once more: those bytes would be lost.
 * @returns whether it has stopped.
 */
function stopReading(socket: Socket): boolean {
  const { _handle: handle } = socket as unknown as { _handle?: { readStop?(): number } | null };
  return handle?.readStop?.() === 0;
}
