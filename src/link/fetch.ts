/** Sessions over HTTP by `fetch`, with nothing of Node: for browsers where no WebSocket passes. */
export { SessionClient, type SessionClientOptions } from './client.ts';
export { SessionDriver, type SessionListener } from './driver.ts';
export {
  openFetch,
  type AnswerLike,
  type FetchEndpoint,
  type FetchLike,
  type FetchRequest,
} from './transport/fetch.ts';
export {
  TransportError,
  type Exchange,
  type Open,
  type Signal,
  type Transport,
  type TransportCode,
  type TransportHandler,
} from './transport/transport.ts';
