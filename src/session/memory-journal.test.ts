import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameKind } from '../frame/kinds.ts';
import { decodeFrames, encodeFrame } from '../frame/all.ts';
import type { FrameBody } from '../frame/all.ts';
import { ClientSession } from './client.ts';
import { kindOf } from './counted.ts';
import type { Journal, SavedFrame, SavedState } from './journal.ts';
import type { Link } from './link.ts';
import { MemoryJournal } from './memory-journal.ts';
import { Acceptor, type ServerSession } from './server.ts';

type Entry = readonly [method: keyof Journal, ...args: readonly unknown[]];

/** Notes what it is told, so that it can be told to another up to any point. */
function recorder(): { readonly log: Entry[]; readonly journal: Journal } {
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

function replayed(log: readonly Entry[]): MemoryJournal {
  const journal = new MemoryJournal();
  for (const [method, ...args] of log) (journal[method] as (...given: readonly unknown[]) => void)(...args);
  return journal;
}

type Action = 'command' | 'repeatable' | 'push' | 'ask' | 'tell' | 'answer' | 'exchange' | 'cut' | 'forget';
const ACTIONS: readonly Action[] = [
  'command',
  'repeatable',
  'push',
  'ask',
  'tell',
  'answer',
  'exchange',
  'cut',
];

/** A client with a journal and a server, and what happens between them. */
class Pair {
  readonly log: Entry[];
  private readonly client: ClientSession;
  private acceptor = new Acceptor({}, (length) => crypto(length, ++this.tokens));
  private server: ServerSession | undefined;
  private links: readonly [Link, Link] | undefined;
  private tokens = 0;
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
    for (const link of this.links ?? []) link.lost(0);
    this.links = undefined;
  }

  private exchange(): void {
    this.links ??= [this.client.connect(0), this.acceptor.open(0)];
    const [down, up] = this.links;
    for (let quiet = false; !quiet;) {
      this.safe();
      const [sent, got] = [down.output(0), up.output(0)];
      if (sent !== undefined) up.receive(sent, 0);
      if (got !== undefined) down.receive(got, 0);
      quiet = sent === undefined && got === undefined;
      this.poll();
    }
    if (down.over) this.links = undefined;
  }

  private poll(): void {
    for (let event = this.acceptor.poll(); event !== undefined; event = this.acceptor.poll())
      if (event.type === 'hello') this.server = this.acceptor.accept(event.link, 0);
    for (const session of [this.client, this.server])
      for (let event = session?.poll(); event !== undefined; event = session?.poll())
        if (event.type === 'command') this.asked.push([session!, Number(event.id)]);
  }
}

function crypto(length: number, seed: number): Uint8Array {
  return new Uint8Array(length).fill(seed);
}

/** The tickets of which the application was told nothing, by the records alone. */
function untold(log: readonly Entry[]): number[] {
  const open = new Map<number, SavedFrame & { readonly number: number }>();
  for (const [method, first, second] of log) {
    if (method === 'append' && (second as SavedFrame).ticket > 0)
      open.set((second as SavedFrame).ticket, { ...(second as SavedFrame), number: first as number });
    else if (method === 'waits')
      open.set((first as SavedFrame).ticket, { ...(first as SavedFrame), number: 0 });
    else if (method === 'settled') open.delete(first as number);
    else if (method === 'acked') {
      for (const [ticket, { number, frame }] of open)
        if (number > 0 && number <= (first as number) && kindOf(frame) === FrameKind.PUSH)
          open.delete(ticket);
    } else if (method === 'clear') {
      for (const [ticket, saved] of open) open.set(ticket, { ...saved, number: 0 });
    }
  }
  return [...open.keys()].toSorted((a, b) => a - b);
}

function inSaved(journal: MemoryJournal): number[] {
  const saved = journal.saved();
  if (saved === undefined) return [];
  const commands = saved.unanswered.filter(({ told }) => !told);
  const pushes = saved.frames.filter(({ frame }) => kindOf(frame) === FrameKind.PUSH);
  const tickets = [...commands, ...pushes, ...saved.waiting, ...saved.orphans].map(({ ticket }) => ticket);
  return [...new Set(tickets)].toSorted((a, b) => a - b);
}

/** What a session that was restored says first. */
function firstFrames(journal: MemoryJournal): FrameBody[] {
  const session = new ClientSession({}, new MemoryJournal());
  session.restore(journal.saved()!);
  const link = session.connect(0);
  session.durable(session.checkpoint());
  return decodeFrames(link.output(0)!);
}

describe('a journal in memory', () => {
  it('restores a consistent session from a crash at any record', () => {
    const plan = fc.array(fc.constantFrom(...ACTIONS, 'exchange' as const, 'forget' as const), {
      maxLength: 25,
    });
    fc.assert(
      fc.property(plan, (actions) => {
        const pair = new Pair();
        for (const action of actions) pair.act(action);
        for (let end = 0; end <= pair.log.length; end++) {
          const journal = replayed(pair.log.slice(0, end));
          expect(inSaved(journal)).toEqual(untold(pair.log.slice(0, end)));
          const saved = journal.saved();
          if (saved?.tokens === undefined) continue;
          const [resume, ...frames] = firstFrames(journal);
          expect(resume).toMatchObject({ kind: 'RESUME', received: saved.taken, next: saved.acked + 1 });
          expect(frames.map((body) => encodeFrame(body))).toEqual(saved.frames.map(({ frame }) => frame));
        }
      }),
      { numRuns: 60 },
    );
  });

  const state: SavedState = {
    tokens: [new Uint8Array(1)],
    attempt: 1,
    peer: { kind: 'HELLO', form: 'answer', version: 1 },
  };
  const reply = { frame: encodeFrame({ kind: 'REPLY', id: 1, value: null }), ticket: 0, repeatable: false };

  it.each([
    ['waits for its answer', ['asked', 'taken'], [1]],
    ['was answered', ['asked', 'taken', 'append'], []],
    ['was answered before it was taken', ['asked', 'append', 'taken'], []],
    ['was not taken', ['asked'], []],
  ] as const)('knows of a command of the peer that %s', (_name, steps, open) => {
    const journal = new MemoryJournal();
    journal.save(state);
    for (const step of steps) {
      if (step === 'asked') journal.asked(1, 1);
      else if (step === 'taken') journal.taken(1);
      else journal.append(1, reply);
    }
    expect(journal.saved()!.open).toEqual(open);
  });

  it('has nothing to restore before anything was', () => {
    expect(new MemoryJournal().saved()).toBeUndefined();
  });
});
