/** One client that reaches its server and stays, and a small server, for Node: all of `petrel/link` in a few lines. */
export { addressText, parseAddress, SCHEMES, type Address, type Scheme } from './address.ts';
export type { CallOptions, PushOptions } from './calls.ts';
export { connect } from './connect.ts';
export type { FeedLimit } from './feed.ts';
export { LinkError, ReplyError, type LinkErrorCode } from './errors.ts';
export type { LinkState } from './link-state.ts';
export { LinkClient, type Push } from './link-client.ts';
export { Dialler, type DiallerOwner } from './dialler.ts';
export { listen, LinkServer, type ListenAtOptions } from './listen.ts';
export { listenOn, type PortOptions, type WebSocketServerLike } from './ports.ts';
export type { Budgets, CloseOptions, ConnectOptions } from './options.ts';
export { ProbeRace, type ProbeRaceOptions } from './probe-race.ts';
export { Routes, type RouteOptions } from './routes.ts';
export { startWorkers, Workers, type WorkersOptions } from '../workers/workers.ts';
export { thisWorker, Worker } from '../workers/worker.ts';
export { ServedPeer, type Asked, type Handler, type Handlers } from './served-peer.ts';
