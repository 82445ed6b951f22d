/** What the tests of journals share: two sessions that talk, and a record of what the client's journal was told. */
import * as fc from 'fast-check';
import { ClientSession } from './client.ts';
import type { Journal } from './journal.ts';
import type { Link } from './link.ts';
import { MemoryJournal } from './memory-journal.ts';
import { Acceptor } from './acceptor.ts';
import type { ServerSession } from './server.ts';

export type Entry = readonly [method: keyof Journal, ...args: readonly unknown[]];

/** Notes what it is told, so that it can be told to another up to any point. */
export function recorder(): { readonly log: Entry[]; readonly journal: Journal } {
  const log: Entry[] = [];
  const note =
    (method: keyof Journal) =>
    (...args: readonly unknown[]): void => {
      log.push([method, ...args]);
    };
  const [save, append, acked, settled] = [note('save'), note('append'), note('acked'), note('settled')];
  const [answered, asked, taken, waits] = [note('answered'), note('asked'), note('taken'), note('waits')];
  return {
    log,
    journal: { save, append, acked, settled, answered, asked, taken, waits, clear: note('clear') },
  };
}

export function replayed(log: readonly Entry[]): MemoryJournal {
  const journal = new MemoryJournal();
  tell(journal, log);
  return journal;
}

export function tell(journal: Journal, log: readonly Entry[]): void {
  for (const [method, ...args] of log) (journal[method] as (...given: readonly unknown[]) => void)(...args);
}

export type Action =
  | 'command'
  | 'repeatable'
  | 'push'
  | 'hasty'
  | 'late'
  | 'ask'
  | 'tell'
  | 'answer'
  | 'exchange'
  | 'cut'
  | 'forget';
export const ACTIONS: readonly Action[] = [
  'command',
  'repeatable',
  'push',
  'hasty',
  'late',
  'ask',
  'tell',
  'answer',
  'exchange',
  'cut',
];

/** A client with a journal and a server, and what happens between them. */
export class Pair {
  readonly log: Entry[];
  private readonly client: ClientSession;
  private acceptor = new Acceptor({}, (length) => crypto(length, ++this.tokens));
  private server: ServerSession | undefined;
  private links: readonly [Link, Link] | undefined;
  private tokens = 0;
  private now = 0;
  private readonly asked: [ClientSession | ServerSession, number][] = [];

  constructor() {
    const { log, journal } = recorder();
    this.log = log;
    this.client = new ClientSession({ window: { frames: 8 } }, journal);
  }

  act(action: Action): void {
    const { client, server } = this;
    if (action === 'command') client.command('SEND', [1]);
    else if (action === 'repeatable') client.command('SEND', [2], { repeatable: true });
    else if (action === 'hasty') client.command('SEND', [3], { deadline: this.now + 1 });
    else if (action === 'late') client.handleTimeout(++this.now);
    else if (action === 'push') client.push('NEWS', []);
    else if (action === 'ask') server?.command('app.ask', []);
    else if (action === 'tell') server?.push('NEWS', []);
    else if (action === 'answer') this.answer();
    else if (action === 'cut') this.cut();
    else if (action === 'forget') this.acceptor = new Acceptor({}, (length) => crypto(length, ++this.tokens));
    else this.exchange();
    this.safe();
  }

  private safe(): void {
    this.client.durable(this.client.checkpoint());
  }

  private answer(): void {
    const [session, id] = this.asked.shift() ?? [];
    try {
      session?.reply(id!, null);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // it was asked in a session that is lost
    }
  }

  private cut(): void {
    for (const link of this.links ?? []) link.lost(this.now);
    this.links = undefined;
  }

  private exchange(): void {
    this.links ??= [this.client.connect(this.now), this.acceptor.open(this.now)];
    const [down, up] = this.links;
    for (let quiet = false; !quiet;) {
      this.safe();
      const [sent, got] = [down.output(this.now), up.output(this.now)];
      if (sent !== undefined) up.receive(sent, this.now);
      if (got !== undefined) down.receive(got, this.now);
      quiet = sent === undefined && got === undefined;
      this.poll();
    }
    if (down.over) this.links = undefined;
  }

  private poll(): void {
    for (let event = this.acceptor.poll(); event !== undefined; event = this.acceptor.poll())
      if (event.type === 'hello') this.server = this.acceptor.accept(event.link, this.now);
    for (const session of [this.client, this.server])
      for (let event = session?.poll(); event !== undefined; event = session?.poll())
        if (event.type === 'command') this.asked.push([session!, Number(event.id)]);
  }
}

function crypto(length: number, seed: number): Uint8Array {
  return new Uint8Array(length).fill(seed);
}

/** What happens between two sessions. */
export const plans: fc.Arbitrary<Action[]> = fc.array(
  fc.constantFrom(...ACTIONS, 'exchange' as const, 'forget' as const),
  { maxLength: 25 },
);

/** What the client's journal is told in a plan. */
export function logOf(actions: readonly Action[]): readonly Entry[] {
  const pair = new Pair();
  for (const action of actions) pair.act(action);
  return pair.log;
}
