/** Sessions on Node's sockets and timers. */
export type { Owner } from './carrier.ts';
export { SessionDriver, type SessionListener } from './driver.ts';
export { HistoryFile } from './history-file.ts';
export { TcpClient, type TcpClientOptions } from './tcp-client.ts';
export { TcpServer, type Judge } from './tcp-server.ts';
