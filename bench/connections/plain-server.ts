/** What is beside Petrel's server: Node's bare sockets, and those of `ws`. Both say again what they hear. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { memoryOf, type Memory } from './memory.ts';
import { play } from './role.ts';

let connections = 0;

async function listenPlain(): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    connections++;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => socket.write(chunk));
    socket.on('close', () => connections--);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

async function listenWebSocket(): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    connections++;
    socket.on('error', () => undefined);
    socket.on('message', (data) => socket.send(data));
    socket.on('close', () => connections--);
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export const plainServer = {
  listen: (what: 'net' | 'ws'): Promise<number> => (what === 'net' ? listenPlain() : listenWebSocket()),
  connections: (): number => connections,
  memory: (): Memory => memoryOf(),
};

play(plainServer);
