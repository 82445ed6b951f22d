// The server in a network namespace of its own: it hears numbers, says its own, and tells what it has heard.
import { listenHttp, listenTcp, SessionServer, type SessionDriver } from '../../src/link/index.ts';
import type { ServerSession, SessionEvent } from '../../src/session/index.ts';
import { Heard } from './heard.ts';
import { NAMESPACE, type ServerTally } from './namespaces.ts';

const heard = new Heard();
let driver: SessionDriver<ServerSession> | undefined;
let sessions = 0;
let said = 0;
let speaking: NodeJS.Timeout | undefined;

function say(): void {
  if (driver!.session.push('NEWS', [said + 1]) !== undefined) said++;
  driver!.wake();
}

function answer(verb: string, number: number): number | string {
  if (verb === 'SEND') {
    heard.hear(number);
    return number;
  }
  clearInterval(speaking);
  return JSON.stringify({ ...heard.tally(number), said, sessions } satisfies ServerTally);
}

const server = new SessionServer(NAMESPACE.session, () => {
  sessions++;
  return (event: SessionEvent, its) => {
    driver = its;
    if (event.type === 'open') speaking ??= setInterval(say, NAMESPACE.beat);
    else if (event.type === 'command')
      its.session.reply(event.id, answer(event.verb, event.args[0] as number));
  };
});
await listenTcp(server, { port: NAMESPACE.tcp });
await listenHttp(server, { port: NAMESPACE.http });
console.log('ready');
