/** A process to be killed: one side of a session, with its journal in a file. `client|server file port-of-the-parent` */
import { JournalFile } from '../../src/link/journal/index.ts';
import { client, server, type Side } from './sides.ts';

const [role, path, port] = process.argv.slice(2) as [string, string, string];

// a small file: it is written anew now and then while it is being killed
const file = await JournalFile.open(path, { rotateFrom: 20_000 });
const journal = file.journal('me');
const side = await (role === 'client' ? dialled() : listening());
setInterval(() => {
  const peer = side.peer();
  peer?.pump();
  process.send?.({ progress: peer?.progress ?? 0, done: peer?.done ?? false });
}, 10);
process.on('disconnect', () => process.exit());

async function dialled(): Promise<Side> {
  const made = client(file, journal);
  made.dial(Number(port));
  return made;
}

async function listening(): Promise<Side> {
  const made = await server(file, journal);
  process.send?.({ port: made.port });
  return made;
}
