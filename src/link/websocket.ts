/** Sessions over WebSocket, with nothing of Node: for browsers. */
export { SessionClient, type SessionClientOptions } from './client.ts';
export { SessionDriver, type SessionListener } from './driver.ts';
export {
  TransportError,
  type Exchange,
  type Open,
  type Signal,
  type Transport,
  type TransportCode,
  type TransportHandler,
} from './transport/transport.ts';
export { openWebSocket, type WebSocketEndpoint, type WebSocketLike } from './transport/websocket.ts';
