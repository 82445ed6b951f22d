/** A mosquitto that drops nothing, on a free port of the loopback. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MOSQUITTO, startServer, type Started } from '../../spec/servers.ts';

/** As it says itself. */
export function mosquittoVersion(): string {
  const { stdout } = spawnSync(MOSQUITTO, ['-h'], { encoding: 'utf8' });
  return /version (\S+)/.exec(stdout)?.[1] ?? 'of an unknown version';
}

/** Its queues are without bound, so that it drops nothing for want of room. */
export async function startMosquitto(): Promise<Started> {
  return startServer(MOSQUITTO, (port, folder) => {
    const file = join(folder, 'mosquitto.conf');
    writeFileSync(
      file,
      `listener ${port} 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
max_queued_messages 0
`,
    );
    return ['-c', file];
  });
}
