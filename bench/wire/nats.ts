/**
 * NATS by its text protocol, `verbose` off. A message says to whom and from whom in its subject, `bob.ann`. Core NATS
 * acknowledges nothing; with an acknowledgement, every message names an inbox for it, of 22 characters and a number as the
 * official clients make them, and gets an empty message there: the least that says that it came.
 */
import { FROM, PEER, TEXT } from './message.ts';
import { scripted, type Exchange, type Protocol } from './script.ts';

const INBOX = '_INBOX.Vq7cW2nTzKxJ4mLr8YbD1a';
/** What nats-server 2.9 says first, its names and numbers as long as usual; the rest is the least that a client must say. */
export const GREETING = `INFO {"server_id":"${'N'.repeat(56)}","server_name":"${'N'.repeat(56)}","version":"2.9.10","proto":1,"go":"go1.19.4","host":"0.0.0.0","port":4222,"headers":true,"max_payload":1048576,"client_id":4,"client_ip":"10.0.0.2"} \r\n`;

const withText = (head: string): string => `${head} ${TEXT.length}\r\n${TEXT}\r\n`;
const empty = (head: string): string => `${head} 0\r\n\r\n`;

export function connectAs(user: string): string {
  return `CONNECT {"verbose":false,"pedantic":false,"user":"${user}","pass":"","protocol":1,"headers":true,"no_responders":true}\r\nPING\r\n`;
}

/** To all that is sent to somebody, and to the inbox. */
export function subscription(name: string, acks: boolean): string {
  return `SUB ${name}.* 1\r\n${acks ? `SUB ${INBOX}.* 2\r\n` : ''}`;
}

/** The inbox of a message: the official clients count in it. */
const inbox = (number: number): string => `${INBOX}.${number}`;

export function up(number: number, acks: boolean): Exchange {
  const subject = `${PEER}.${FROM}`;
  if (!acks) return [withText(`PUB ${subject}`)];
  return [withText(`PUB ${subject} ${inbox(number)}`), empty(`MSG ${inbox(number)} 2`)];
}

/** @param to who gets it, @param from of whom. */
export function down(number: number, acks: boolean, to: string = FROM, from: string = PEER): Exchange {
  const subject = `${to}.${from}`;
  if (!acks) return [withText(`MSG ${subject} 1`)];
  return [withText(`MSG ${subject} 1 ${inbox(number)}`), empty(`PUB ${inbox(number)}`)];
}

export function nats(acks: boolean): Protocol {
  return scripted({
    name: acks ? 'NATS, with an acknowledgement' : 'NATS, no acknowledgement',
    serverGreets: true,
    connect: [GREETING, connectAs(FROM), 'PONG\r\n', subscription(FROM, acks)],
    up: (number) => up(number, acks),
    down: (number) => down(number, acks),
    // the server's `ping_interval`, and the clients', are two minutes; a server that hears something puts its own off
    heartbeat: { by: 'client', every: 120_000, counts: 'by the clock', says: ['PING\r\n', 'PONG\r\n'] },
  });
}
