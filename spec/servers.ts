/** Servers that others wrote, for the tests and benchmarks that talk to one: each on a loopback port and in a folder of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const REDIS = '/usr/bin/redis-server';
export const MOSQUITTO = '/usr/sbin/mosquitto';
export const NATS = '/usr/sbin/nats-server';

/** Times that a server is asked whether it listens, every 20 ms. */
const PATIENCE = 500;
/** Most characters that are kept of what a server complains of. */
const COMPLAINTS = 4000;

export interface Started {
  readonly port: number;
  /** Kills it, and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Whether a program is not installed, which is said with the words on how it is. In CI nothing is skipped: there a missing one is
 * a failure.
 */
export function isMissing(
  command: string,
  install: string = `install it with: apt-get install ${basename(command)}`,
): boolean {
  try {
    accessSync(command, constants.X_OK);
    return false;
  } catch {
    if (process.env['CI']) return false;
    process.stderr.write(`skipped: ${command} is not there; ${install}\n`);
    return true;
  }
}

/** A port of the loopback interface on which nobody listens. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await once(probe.listen(0, '127.0.0.1'), 'listening');
  const { port } = probe.address() as AddressInfo;
  await once(probe.close(), 'close');
  return port;
}

/**
 * Starts a server and waits until it listens.
 * @param args gives its arguments for a port and an empty folder.
 * @param given is the port; a free one where there is none.
 * @throws Error with what the server complained of, when it ends before or listens too late.
 */
export async function startServer(
  command: string,
  args: (port: number, folder: string) => readonly string[],
  given?: number,
): Promise<Started & { readonly pid: number }> {
  const name = basename(command);
  const folder = mkdtempSync(join(tmpdir(), `petrel-${name}-`));
  const port = given ?? (await freePort());
  const server = spawn(command, args(port, folder), { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [server.stdout, server.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log = `${log}${text}`.slice(-COMPLAINTS)));
  const ended = once(server, 'exit');
  const stop = async (): Promise<void> => {
    server.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true });
  };
  for (let i = 0; !(await listens(port)); i++) {
    if (server.exitCode !== null || i === PATIENCE) {
      await stop();
      throw new Error(`${name} did not start: ${log}`);
    }
    await sleep(20);
  }
  return { port, pid: server.pid!, stop };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const stands = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return stands;
}
