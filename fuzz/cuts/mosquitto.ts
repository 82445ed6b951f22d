/** A mosquitto of its own, on a free port of the loopback. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MOSQUITTO = '/usr/sbin/mosquitto';
/** Times that it is asked whether it listens, every 20 ms. */
const PATIENCE = 250;

export interface Mosquitto {
  readonly port: number;
  stop(): Promise<void>;
}

/** In CI nothing is skipped: there a missing broker is a failure. */
export function mosquittoIsMissing(): boolean {
  try {
    accessSync(MOSQUITTO, constants.X_OK);
    return false;
  } catch {
    if (process.env['CI']) return false;
    process.stderr.write(`skipped: ${MOSQUITTO} is not there; install it with: apt-get install mosquitto\n`);
    return true;
  }
}

/** As it says itself. */
export function mosquittoVersion(): string {
  const { stdout } = spawnSync(MOSQUITTO, ['-h'], { encoding: 'utf8' });
  return /version (\S+)/.exec(stdout)?.[1] ?? 'of an unknown version';
}

/** Its queues are without bound, so that it drops nothing for want of room. */
export async function startMosquitto(): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-mosquitto-'));
  const port = await freePort();
  const file = join(folder, 'mosquitto.conf');
  writeFileSync(
    file,
    `listener ${port} 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
max_queued_messages 0
`,
  );
  const broker = spawn(MOSQUITTO, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  broker.stderr.setEncoding('utf8').on('data', (text: string) => (log = `${log}${text}`.slice(-4000)));
  const ended = once(broker, 'exit');
  await listening(port, () => log);
  return {
    port,
    async stop() {
      broker.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await once(probe.listen(0, '127.0.0.1'), 'listening');
  const { port } = probe.address() as AddressInfo;
  await once(probe.close(), 'close');
  return port;
}

async function listening(port: number, log: () => string): Promise<void> {
  for (let i = 0; i < PATIENCE; i++) {
    const socket = connect(port, '127.0.0.1');
    const stands = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (stands) return;
    await sleep(20);
  }
  throw new Error(`mosquitto did not start: ${log()}`);
}
