/** Sessions on transports: TCP, TLS, HTTP and WebSocket, and timers. */
export { SessionClient, type SessionClientOptions } from './client.ts';
export { SessionDriver, type SessionListener } from './driver.ts';
export { HistoryFile } from './history-file.ts';
export type { PassOwner, Siblings } from './passing.ts';
export { SessionServer, type DrainOptions, type Judge, type SessionServerOptions } from './server.ts';
export { openHttp, type HttpEndpoint } from './transport/http-client.ts';
export type { Origins } from './transport/cors.ts';
export {
  httpListener,
  listenHttp,
  type HttpOptions,
  type ListenHttpOptions,
} from './transport/http-server.ts';
export type { Listener, TransportHost } from './transport/host.ts';
export { listenTcp, openTcp, type Listening, type ListenOptions, type TcpEndpoint } from './transport/tcp.ts';
export { listenTls, openTls, TlsTickets, type ListenTlsOptions, type TlsEndpoint } from './transport/tls.ts';
export {
  TransportError,
  type Exchange,
  type Open,
  type Signal,
  type Transport,
  type TransportCode,
  type TransportHandler,
} from './transport/transport.ts';
export {
  acceptWebSocket,
  webSocketServerOptions,
  type WebSocketServerOptions,
} from './transport/websocket-server.ts';
export { openWebSocket, type WebSocketEndpoint, type WebSocketLike } from './transport/websocket.ts';
