/** What every command that listens does: it says where, and stays until it is told to stop. */
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { spelled, type Endpoint } from './bridge/endpoint.ts';
import { usage } from './exit.ts';

/** @returns where the server listens, port 0 being a free one. @throws CommandError where it can't. */
export async function listenAt(server: Server, at: Endpoint): Promise<string> {
  const { host, port } = at;
  try {
    await once(server.listen(port, host), 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usage(`can't listen on ${spelled(at)}: ${code ?? message}`);
  }
  return spelled({ host, port: (server.address() as AddressInfo).port });
}

/** Until somebody ends the command, by SIGINT or SIGTERM. */
export async function signalled(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}
