// Petrel's client in one network namespace and the server in another; the wire between them is cut by the kernel.
//
//   npm run fuzz:networks:namespace              100 cuts; Linux, where namespaces can be made
//   npm run fuzz:networks:namespace -- 20
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { openHttp, openTcp, SessionClient, type Open } from '../../src/link/index.ts';
import { ClientSession } from '../../src/session/index.ts';
import { Heard } from './heard.ts';
import { Ladder } from './ladder.ts';
import { NAMESPACE, startServer, Wire, type ServerTally } from './namespaces.ts';

const CUTS = Number(process.argv[2] ?? 100);
const { session: OPTIONS, beat, tcp, http } = NAMESPACE;

const server = await startServer();
process.on('exit', () => server.kill('SIGKILL'));
const [preferred, other] = [new Wire(0, server.pid!), new Wire(1, server.pid!)];
const agent = new Agent({ keepAlive: true });
const rungs: Open[] = [
  (handler, signal) => openTcp({ host: preferred.far, port: tcp }, handler, signal),
  (handler, signal) =>
    openHttp({ url: `http://${other.far}:${http}/petrel`, wait: 0, agent }, handler, signal),
];
const ladder = new Ladder(rungs, 200);
const heard = new Heard();
const noticed: number[] = [];
const recovered: number[] = [];
let [replies, said, cutAt] = [0, 0, 0];
let tally: ServerTally | undefined;

const client: SessionClient = new SessionClient(
  new ClientSession(OPTIONS),
  {
    open: ladder.open,
    connectTimeout: 250,
    redialAfter: () => 5,
    pollAfter: beat,
    failed: ladder.failed,
  },
  (event) => {
    ladder.on(event, client);
    if (event.type === 'push') heard.hear(event.args[0] as number);
    else if (event.type === 'reply' && typeof event.value === 'string')
      tally = JSON.parse(event.value) as ServerTally;
    else if (event.type === 'reply') replies++;
    else if (event.type === 'broken' && cutAt > 0) {
      noticed.push(performance.now() - cutAt);
      cutAt = 0;
    }
  },
);
client.dial();
const speaking = setInterval(() => {
  client.driver.session.command('SEND', [++said]);
  client.driver.wake();
}, beat);

async function until(what: () => boolean): Promise<void> {
  while (!what()) await sleep(2);
}

for (let i = 0; i < CUTS; i++) {
  // long enough for it to be on the first rung again
  await sleep(700);
  preferred.cut();
  cutAt = performance.now();
  const began = performance.now();
  const [before, at] = [heard.last, replies];
  await sleep(300 + 20 * (i % 10));
  preferred.heal();
  await until(() => heard.last > before + 10 && replies > at + 10);
  recovered.push(performance.now() - began);
}
clearInterval(speaking);
client.driver.session.command('TALLY', [said]);
client.driver.wake();
await until(() => tally !== undefined && heard.hasAll(tally.said));
client.stop();
agent.destroy();
ladder.stop();

const down = heard.tally(tally!.said);
const most = (times: readonly number[]): string => `${Math.max(...times).toFixed(0)} ms`;
console.log(`${CUTS} cuts of the wire between two namespaces, ${said + tally!.said} messages and ${replies} replies
lost: ${tally!.lost + down.lost + said - replies}, duplicated: ${tally!.duplicated + down.duplicated}, reordered: ${tally!.reordered + down.reordered}, sessions: ${tally!.sessions}
noticed ${noticed.length} times within ${most(noticed)} at the most; ten messages each way after ${most(recovered)} at the most`);
process.exitCode =
  tally!.lost + down.lost + tally!.duplicated + down.duplicated + said - replies === 0 ? 0 : 1;
process.exit();
