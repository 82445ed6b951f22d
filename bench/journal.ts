/**
 * `npm run bench:journal [-- folder]`: what it costs to keep sessions in a file. Clients send messages of 100 bytes to a server
 * in the same process, each at once when the ones before are safe; every row has its own number of sessions, which share a file, and of
 * messages that each sends at a time. A commit is one write and one sync of the file in `folder`, where its disk decides; processor
 * time is the process's own, beside that of the same sessions without a journal. `BENCH_SECONDS` sets the length of a row.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Acceptor, ClientSession, type Link, type ServerSession } from 'petrel/session';
import { JournalFile } from 'petrel/link/journal';
import { conditions } from './machine.ts';
import { median } from './statistics.ts';

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 1);
const ROUNDS = 3;
const BODY =
  'How about dinner at the harbour tonight? Bring the others along, and tell me by six if you can come.';
const CASES = [
  { sessions: 1, messages: 1 },
  { sessions: 1, messages: 16 },
  { sessions: 1, messages: 256 },
  { sessions: 64, messages: 1 },
  { sessions: 64, messages: 16 },
];

interface Case {
  readonly sessions: number;
  readonly messages: number;
}

interface Result {
  readonly perSecond: number;
  readonly commits: number;
  /** Microseconds of a processor for each message. */
  readonly cost: number;
}

/** A client and its server, back to back. */
class Pair {
  readonly client: ClientSession;
  private readonly server: ServerSession;
  private readonly near: Link;
  private readonly far: Link;
  private now = 0;
  arrived = 0;

  constructor(acceptor: Acceptor, session: ClientSession) {
    this.client = session;
    this.near = session.connect(0);
    this.far = acceptor.open(0);
    this.far.receive(this.near.output(0)!, 0);
    this.server = acceptor.accept(this.far, 0);
    this.near.receive(this.far.output(0)!, 0);
    this.drain();
  }

  say(messages: number): void {
    for (let i = 0; i < messages; i++) this.client.push('SEND', [BODY]);
  }

  carry(): void {
    this.now++;
    const up = this.near.output(this.now);
    if (up !== undefined) this.far.receive(up, this.now);
    this.drain();
    const down = this.far.output(this.now);
    if (down !== undefined) this.near.receive(down, this.now);
    this.drain();
  }

  private drain(): void {
    for (let event = this.server.poll(); event !== undefined; event = this.server.poll())
      if (event.type === 'push') this.arrived++;
    while (this.client.poll() !== undefined);
  }
}

async function run({ sessions, messages }: Case, file: JournalFile | undefined): Promise<Result> {
  const acceptor = new Acceptor({ ackDelay: 0 }, (length) => crypto.getRandomValues(new Uint8Array(length)));
  const pairs = Array.from(
    { length: sessions },
    (_, i) => new Pair(acceptor, new ClientSession({}, file?.journal(String(i)))),
  );
  const clients = pairs.map(({ client }) => client);
  await file?.commit(...clients);
  const [start, before] = [performance.now(), process.cpuUsage()];
  let commits = 0;
  for (; performance.now() - start < SECONDS * 1000; commits++) {
    for (const pair of pairs) pair.say(messages);
    await file?.commit(...clients);
    for (const pair of pairs) pair.carry();
  }
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  const arrived = pairs.reduce((sum, pair) => sum + pair.arrived, 0);
  if (arrived !== commits * sessions * messages) throw new Error(`${arrived} messages have arrived`);
  return { perSecond: arrived / seconds, commits: commits / seconds, cost: (user + system) / arrived };
}

async function inFile(each: Case, folder: string): Promise<Result> {
  const directory = await mkdtemp(join(folder, 'petrel-bench-'));
  const file = await JournalFile.open(join(directory, 'journal'));
  try {
    return await run(each, file);
  } finally {
    await file.close();
    await rm(directory, { recursive: true });
  }
}

function middle(results: readonly Result[], of: keyof Result): number {
  return median(results.map((result) => result[of]));
}

const folder = process.argv[2] ?? tmpdir();
console.log(`${conditions('npm run bench:journal')}\n`);
console.log('| sessions | at a time | messages/s | commits/s | CPU µs/message | without a journal |');
console.log('| ---: | ---: | ---: | ---: | ---: | ---: |');
for (const each of CASES) {
  const kept: Result[] = [];
  const bare: Result[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    kept.push(await inFile(each, folder));
    bare.push(await run(each, undefined));
  }
  const [perSecond, commits, cost] = [
    middle(kept, 'perSecond'),
    middle(kept, 'commits'),
    middle(kept, 'cost'),
  ];
  console.log(
    `| ${each.sessions} | ${each.messages} | ${perSecond.toFixed(0)} | ${commits.toFixed(0)} | ${cost.toFixed(1)} | ${middle(bare, 'cost').toFixed(1)} |`,
  );
}
