/** Clients that greet, and then say nothing. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ClientSession } from 'petrel/session';
import { play } from './role.ts';

export type Greeting = 'nothing' | 'petrel' | 'websocket' | 'mqtt';

export interface Idle {
  readonly port: number;
  readonly count: number;
  readonly greeting: Greeting;
}

/** Connections that are opened at a time. */
const AT_A_TIME = 50;

const held: Socket[] = [];

/** MQTT 5's CONNECT without a keep-alive, which would end the wait, and with a session that outlives the connection. */
function mqttConnect(id: string): Uint8Array {
  const expiry = [0x05, 0x11, 0, 0, 1, 0x2c];
  const name = Buffer.from(id);
  const rest = [0, 4, ...Buffer.from('MQTT'), 5, 0, 0, 0, ...expiry, 0, name.length, ...name];
  return Uint8Array.from([0x10, rest.length, ...rest]);
}

const UPGRADE =
  'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';

/** What a client says first: nothing, or something that is answered. */
const GREETINGS: Readonly<Record<Greeting, (id: string) => Uint8Array | string>> = {
  nothing: () => '',
  petrel: (id) => new ClientSession({ credentials: id }).connect(0).output(0)!,
  websocket: () => UPGRADE,
  mqtt: mqttConnect,
};

async function hold({ port, greeting }: Idle, id: string): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const said = GREETINGS[greeting](id);
  if (said.length > 0) {
    socket.write(said);
    await once(socket, 'data');
  }
  socket.on('error', () => undefined);
  held.push(socket.resume());
}

export const idleClients = {
  /** Resolves when each was answered. */
  async open(idle: Idle): Promise<void> {
    for (let from = held.length; held.length < idle.count; from = held.length)
      await Promise.all(
        Array.from({ length: Math.min(AT_A_TIME, idle.count - from) }, async (_, i) =>
          hold(idle, `client-${from + i}`),
        ),
      );
  },
  /** @returns how many stand. */
  standing: (): number => held.filter(({ destroyed, readable }) => !destroyed && readable).length,
};

play(idleClients);
