/**
 * Records the captures of Petrel in `captures/` anew, from real traffic on the loopback interface: `npm run captures`. It takes
 * dumpcap (of Wireshark), openssl for a certificate, and the right to capture.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as tls from 'node:tls';
import { zlib } from '../cli/src/compressor.ts';
import { chatDictionary, packing } from '../src/dictionary/index.ts';
import { listenTcp, SessionClient, SessionServer, type Judge, type Open } from '../src/link/index.ts';
import { SocketTransport } from '../src/link/transport/socket.ts';
import { ClientSession, type ServerSession, type SessionEvent } from '../src/session/index.ts';

const folder = fileURLToPath(new URL('captures/', import.meta.url));

/** Records what goes over these ports while `talk` lasts. */
async function recorded(path: string, ports: readonly number[], talk: () => Promise<void>): Promise<void> {
  const filter = ports.map((port) => `tcp port ${port}`).join(' or ');
  const dumpcap = spawn('dumpcap', ['-q', '-i', 'lo', '-f', filter, '-P', '-w', path], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await says(dumpcap, /File: /);
  await sleep(500);
  await talk();
  await sleep(500);
  const ended = once(dumpcap, 'exit');
  dumpcap.kill('SIGINT');
  await ended;
}

async function says(child: ChildProcess, line: RegExp): Promise<void> {
  let said = '';
  for await (const chunk of child.stderr!.setEncoding('utf8')) {
    said += String(chunk);
    if (line.test(said)) return;
  }
  throw new Error(`it ended: ${said}`);
}

const WORDS =
  'Ada and Grace agreed to meet at the observatory at seven, and to bring the long notebook with them';

/** Answers SEND at once, FETCH in parts, and tells of news. */
const judge: Judge = () => (event, driver) => {
  const { session } = driver;
  if (event.type === 'open')
    session.push('NEWS', ['welcome back, Ada', { unread: 3, from: ['Grace', 'Edsger'] }]);
  if (event.type !== 'command') return;
  if (event.verb === 'SEND')
    session.reply(event.id, { id: 700 + Number(event.id), text: 'stored for Grace' });
  else fetched(event.id, session);
};

/** A picture in parts, then news that go together in a PACK. */
function fetched(id: number | bigint, session: ServerSession): void {
  for (let part = 0; part < 3; part++) session.part(id, randomBytes(300));
  session.reply(id, { name: 'observatory.jpg', bytes: 900 });
  for (let i = 0; i < 8; i++)
    session.push('NEWS', [{ id: 800 + i, from: 'Grace', text: `${WORDS}, part ${i}` }]);
}

/** A session that is cut once and goes on, over sockets that `open` makes. */
async function converse(open: () => Socket): Promise<void> {
  const seen: SessionEvent[] = [];
  const wait = async (type: SessionEvent['type'], count: number): Promise<void> => {
    while (seen.filter((event) => event.type === type).length < count) await sleep(5);
  };
  const session = new ClientSession({
    agent: 'petrel-recording/1',
    ackDelay: 20,
    credentials: { user: 'ada@example.org', password: 'correct horse battery staple' },
    ...packing(zlib, [chatDictionary()]),
  });
  const sockets: Socket[] = [];
  const opened: Open = (handler) => {
    const socket = open();
    sockets.push(socket);
    socket.once(socket instanceof tls.TLSSocket ? 'secureConnect' : 'connect', () => handler.opened());
    return new SocketTransport(socket, handler);
  };
  const client = new SessionClient(session, { open: opened, redialAfter: () => 30 }, (event) =>
    seen.push(event),
  );
  client.dial();
  await wait('open', 1);
  await talk(session, client, wait);
  sockets.at(-1)!.destroy();
  await wait('broken', 1);
  session.command('SEND', ['Grace', { text: 'said while there was no link', mood: 0.75 }]);
  client.driver.wake();
  await wait('resumed', 1);
  await wait('reply', 7);
  session.close({ text: 'good night' }, performance.now());
  client.driver.wake();
  await wait('closed', 1);
  await sleep(100);
  client.stop();
}

async function talk(
  session: ClientSession,
  client: SessionClient,
  wait: (type: SessionEvent['type'], count: number) => Promise<void>,
): Promise<void> {
  for (let i = 0; i < 5; i++)
    session.command('SEND', [
      'Grace',
      { text: `${WORDS}, said ${i} times`, at: 1_790_000_000 + i, mood: null },
    ]);
  client.driver.wake();
  await wait('reply', 5);
  session.command('FETCH', ['pictures/observatory.jpg', 1]);
  client.driver.wake();
  await wait('reply', 6);
  await wait('push', 9);
  await sleep(60); // so that an ACK goes alone
}

async function petrelServer(): Promise<{ readonly server: SessionServer; readonly port: number }> {
  const server = new SessionServer(
    { agent: 'petrel-recorded/1', ackDelay: 20, ...packing(zlib, [chatDictionary()]) },
    judge,
  );
  const { address } = await listenTcp(server, { host: '127.0.0.1' });
  return { server, port: address.port };
}

async function recordPetrel(): Promise<void> {
  const { server, port } = await petrelServer();
  await recorded(join(folder, 'petrel.pcap'), [port], () => converse(() => connect(port, '127.0.0.1')));
  await server.stop();
}

/** A key and a certificate that nobody trusts. */
function certificate(name: string): { readonly key: Buffer; readonly cert: Buffer } {
  const made = mkdtempSync(join(tmpdir(), 'petrel-tls-'));
  try {
    const [key, cert] = [join(made, 'key.pem'), join(made, 'cert.pem')];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-keyout', key, '-out', cert],
      { stdio: 'ignore' },
    ); // prettier-ignore
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(made, { recursive: true });
  }
}

/** The same conversation by TLS 1.3, and a PING of Redis by TLS 1.2. */
async function recordTls(): Promise<void> {
  const { server, port } = await petrelServer();
  const identity = certificate('chat.example');
  const before = tls.createServer({ ...identity, minVersion: 'TLSv1.3' }, (socket) => {
    const behind = connect(port, '127.0.0.1');
    for (const end of [socket, behind]) end.on('error', () => undefined);
    socket.pipe(behind).pipe(socket);
  });
  const redis = tls.createServer({ ...identity, maxVersion: 'TLSv1.2' }, (socket) => {
    socket.on('data', () => socket.write('+PONG\r\n'));
  });
  const [chatPort, redisPort] = [await listening(before), await listening(redis)];
  const keys: string[] = [];
  const dial = (to: number, servername: string): tls.TLSSocket => {
    const socket = tls.connect({ port: to, host: '127.0.0.1', servername, rejectUnauthorized: false });
    socket.on('keylog', (line) => keys.push(line.toString('latin1')));
    return socket;
  };
  await recorded(join(folder, 'tls.pcap'), [chatPort, redisPort], async () => {
    const ping = dial(redisPort, 'cache.example');
    ping.write('*1\r\n$4\r\nPING\r\n');
    await once(ping, 'data');
    ping.end();
    await converse(() => dial(chatPort, 'chat.example'));
  });
  writeFileSync(join(folder, 'tls.keys'), keys.join(''));
  for (const each of [before, redis]) each.close();
  await server.stop();
}

async function listening(server: tls.Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

await recordPetrel();
await recordTls();
