/** WebSocket on a server: sockets that `ws` has accepted, which the caller passes in. [TRANSPORT-3] */
import type { TransportHost } from './host.ts';
import { MESSAGE_BYTES, SUBPROTOCOL } from './transport.ts';
import { WebSocketTransport, type WebSocketLike } from './websocket.ts';

/** What the `WebSocketServer` of `ws` has to be told, besides where it listens. */
export interface WebSocketServerOptions {
  /** What is longer is refused before it is read. */
  readonly maxPayload: number;
  /** Deflating is PACK's: a stream of its own for each socket costs memory, and inflates without bound. */
  readonly perMessageDeflate: false;
  /** Chooses our subprotocol, or none: then the socket is refused when it is accepted. */
  readonly handleProtocols: (protocols: Set<string>) => string | false;
}

export function webSocketServerOptions(): WebSocketServerOptions {
  return {
    maxPayload: MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  };
}

/** RFC 6455's code for a broken agreement. */
const PROTOCOL_ERROR = 1002;

/**
 * Takes a socket that `ws` has accepted, as `new WebSocketServer({ ...webSocketServerOptions(), port }).on('connection',
 * (socket) => acceptWebSocket(server, socket))`. One that has not agreed on our subprotocol is closed.
 */
export function acceptWebSocket(server: TransportHost, socket: WebSocketLike): void {
  if (socket.protocol === SUBPROTOCOL)
    return server.accept((handler) => new WebSocketTransport(socket, handler));
  // what such a peer does wrong meanwhile would otherwise be thrown, for `ws` has nobody else to tell
  socket.addEventListener('error', () => undefined);
  socket.close(PROTOCOL_ERROR, SUBPROTOCOL);
}
