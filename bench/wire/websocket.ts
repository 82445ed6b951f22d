/**
 * JSON in WebSocket (RFC 6455): a message has an id, and is acknowledged by it. Alone, pinged by the server every 30 seconds, as
 * ws's documentation does it; and as Socket.IO 4 has it, whose server pings every 25 seconds with a text, and whose
 * acknowledgements are packets of their own. Nothing is compressed: neither ws nor Socket.IO does so unless told to.
 */
import { FROM, PEER, TEXT } from './message.ts';
import { scripted, type Protocol } from './script.ts';
import type { Side } from './wire.ts';

/** A frame of text: a client's is masked, which takes four bytes (5.2). Its length takes two more from 126 on. */
function text(side: Side, payload: string): Uint8Array {
  const { length } = Buffer.from(payload);
  return new Uint8Array(2 + (length > 125 ? 2 : 0) + (side === 'client' ? 4 : 0) + length);
}

const ping = (side: Side): Uint8Array => text(side, '');

/** The least that a browser and a server may say (1.3). */
const upgrade = (path: string): string[] => [
  `GET ${path} HTTP/1.1\r\nHost: chat.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://example.com\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
];

const send = (id: number): string => JSON.stringify({ type: 'send', id, to: PEER, text: TEXT });
const news = (id: number): string => JSON.stringify({ type: 'msg', id, from: PEER, text: TEXT });
const ack = (id: number): string => JSON.stringify({ type: 'ack', id });

export function websocket(): Protocol {
  return scripted({
    name: 'WebSocket + JSON',
    connect: [...upgrade(`/?user=${FROM}`)],
    up: (id) => [text('client', send(id)), text('server', ack(id))],
    down: (id) => [text('server', news(id)), text('client', ack(id))],
    heartbeat: {
      by: 'server',
      every: 30_000,
      counts: 'by the clock',
      says: [ping('server'), ping('client')],
    },
  });
}

const event = (id: number, name: string, body: unknown): string => `42${id}${JSON.stringify([name, body])}`;

/** 42 is an event and 43 its acknowledgement, each with the packet's id (socket.io-protocol 5); 2 and 3 are ping and pong. */
export function socketIo(): Protocol {
  const open = JSON.stringify({
    sid: 'x'.repeat(20),
    upgrades: [],
    pingInterval: 25_000,
    pingTimeout: 20_000,
    maxPayload: 1_000_000,
  });
  return scripted({
    name: 'Socket.IO 4',
    connect: [
      upgrade('/socket.io/?EIO=4&transport=websocket')[0]!,
      Buffer.concat([Buffer.from(upgrade('')[1]!), text('server', `0${open}`)]),
      text('client', `40${JSON.stringify({ user: FROM })}`),
      text('server', `40${JSON.stringify({ sid: 'x'.repeat(20) })}`),
    ],
    up: (id) => [text('client', event(id, 'send', { to: PEER, text: TEXT })), text('server', `43${id}[]`)],
    down: (id) => [text('server', event(id, 'msg', { from: PEER, text: TEXT })), text('client', `43${id}[]`)],
    heartbeat: {
      by: 'server',
      every: 25_000,
      counts: 'by the clock',
      says: [text('server', '2'), text('client', '3')],
    },
  });
}
