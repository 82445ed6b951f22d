import { once } from 'node:events';
import { connect as connectPlain, type AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, dialled, HOST, later, SECURE, served, TRUST, until } from '../helpers.test.ts';
import { listenTls, openTls, TlsTickets, type TlsEndpoint } from '../index.ts';

afterEach(cleanUp);

async function listen(): Promise<number> {
  const { server } = served();
  return (await listenTls(server, { host: HOST, secure: SECURE })).address.port;
}

function dial(endpoint: Partial<TlsEndpoint> & { port: number }): ReturnType<typeof dialled> {
  const whole = { host: HOST, servername: 'localhost', secure: TRUST, ...endpoint };
  return dialled((handler, signal) => openTls(whole, handler, signal), { redialAfter: () => 20 });
}

describe('TLS [TRANSPORT-2]', () => {
  it.each([
    ['signed by nobody that is trusted', { secure: {} }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['made out to another name', { servername: 'example.org' }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('refuses a certificate that is %s, and sends nothing', async (_what, endpoint, code) => {
    const { log, failures } = dial({ port: await listen(), ...endpoint });
    await until(() => failures.length > 0);
    expect(failures[0]).toMatchObject({ code });
    expect(log.events).toEqual([]);
  });

  it('takes an address for a name that the certificate has to have', async () => {
    const endpoint = { host: HOST, port: await listen(), secure: TRUST };
    const { failures } = dialled((handler, signal) => openTls(endpoint, handler, signal));
    await until(() => failures.length > 0);
    expect(failures[0]).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('goes unverified only where that was asked for', async () => {
    const { log } = dial({ port: await listen(), secure: { rejectUnauthorized: false } });
    expect(await log.next('open')).toBeDefined();
  });

  it('goes on with a session of TLS when it dials again', async () => {
    const resumed: boolean[] = [];
    const tickets = new TlsTickets();
    const port = await listen();
    const endpoint = { host: HOST, port, servername: 'localhost', secure: TRUST, tickets };
    const { client, log } = dialled((handler, signal) => {
      const transport = openTls(endpoint, handler, signal);
      const { socket } = transport as unknown as { socket: TLSSocket };
      socket.once('secureConnect', () => resumed.push(socket.isSessionReused()));
      return transport;
    });
    await log.next('open');
    await until(() => tickets.get(`localhost@${HOST}:${port}`) !== undefined);
    client.dial();
    await log.next('resumed');
    expect(resumed).toEqual([false, true]);
  });

  it('keeps a bounded number of tickets, the newest', () => {
    const tickets = new TlsTickets();
    for (let i = 0; i < 1000; i++) tickets.set(`server ${i}`, Buffer.from([i]));
    expect(tickets.get('server 935')).toBeUndefined();
    expect(tickets.get('server 936')).toBeDefined();
  });

  it('refuses a server that has chosen another protocol', async () => {
    const endpoint = { host: HOST, port: await listen(), servername: 'localhost', secure: TRUST };
    const { failures, log } = dialled((handler, signal) => {
      const transport = openTls(endpoint, handler, signal);
      const { socket } = transport as unknown as { socket: TLSSocket };
      // no server that can be had here chooses what it was not offered
      socket.prependListener('secureConnect', () => Object.assign(socket, { alpnProtocol: 'h2' }));
      return transport;
    });
    await until(() => failures.length > 0);
    expect(failures[0]).toMatchObject({ code: 'PROTOCOL', message: 'the server chose h2' });
    expect(log.events).toEqual([]);
  });

  it('takes a server that knows no ALPN: something before it may have ended TLS', async () => {
    const server = createServer(SECURE, (socket) => socket.on('error', () => {}));
    later(() => server.close());
    await once(server.listen(0, HOST), 'listening');
    const { port } = server.address() as AddressInfo;
    const { log, client } = dial({ port });
    await until(() => client.driver.session.state === 'greeting');
    expect(log.events).toEqual([]);
    client.stop();
  });

  it('refuses clients that offer other protocols only', async () => {
    const socket = connect({
      host: HOST,
      port: await listen(),
      ALPNProtocols: ['http/1.1'],
      ...TRUST,
      servername: 'localhost',
    });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL');
  });

  it('ends a handshake that does not come to its end', async () => {
    const { server } = served();
    const { address } = await listenTls(server, { host: HOST, secure: SECURE, handshakeTimeout: 30 });
    const socket = connectPlain(address.port, HOST);
    later(() => socket.destroy());
    socket.on('error', () => {});
    await once(socket.resume(), 'close');
    expect(server.connections).toBe(0);
  });
});
