import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameKind } from '../frame/kinds.ts';
import { decodeFrames, encodeFrame } from '../frame/all.ts';
import type { FrameBody } from '../frame/all.ts';
import { ClientSession } from './client.ts';
import { kindOf } from './counted.ts';
import { logOf, plans, recorder, replayed, tell, type Entry } from './helpers.test.ts';
import type { SavedFrame, SavedState } from './journal.ts';
import { MemoryJournal } from './memory-journal.ts';
import { Acceptor } from './acceptor.ts';

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
    fc.assert(
      fc.property(plans, (actions) => {
        const log = logOf(actions);
        for (let end = 0; end <= log.length; end++) {
          const journal = replayed(log.slice(0, end));
          expect(inSaved(journal)).toEqual(untold(log.slice(0, end)));
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

  it('has a copy that stands where it stands, and goes on as it does', () => {
    fc.assert(
      fc.property(plans, fc.nat(), (actions, cut) => {
        const log = logOf(actions);
        const end = cut % (log.length + 1);
        const journal = replayed(log.slice(0, end));
        const copy = new MemoryJournal();
        journal.replay(copy);
        expect(copy.saved()).toEqual(journal.saved());
        for (const entry of log.slice(end)) {
          tell(journal, [entry]);
          tell(copy, [entry]);
          expect(copy.saved()).toEqual(journal.saved());
        }
      }),
      {
        numRuns: 300,
        // A REPLY that came too late, to a COMMAND that is not acknowledged: what is to be told of it is in the copy too.
        examples: [
          [
            ['exchange', 'hasty', 'command', 'exchange', 'late', 'answer', 'command', 'exchange'],
            1_030_498_417,
          ],
        ],
      },
    );
  });

  it('has a copy that does not ask again what is answered and only not acknowledged', () => {
    const journal = new MemoryJournal();
    journal.save(state);
    journal.append(1, { frame: COMMAND, ticket: 1, repeatable: true });
    journal.answered(1, 1);
    journal.settled(1);
    journal.taken(1);
    const copy = new MemoryJournal();
    journal.replay(copy);
    expect(copy.saved()).toEqual(journal.saved());
    expect(copy.saved()).toMatchObject({ unanswered: [], orphans: [], frames: [{ ticket: 1 }] });
  });

  it('tells a copy no more than what is left of a long past', () => {
    const journal = new MemoryJournal();
    journal.save(state);
    for (let n = 1; n <= 10_000; n++) {
      journal.append(n, { frame: COMMAND, ticket: n, repeatable: false });
      journal.acked(n);
      journal.answered(n, n);
      journal.settled(n);
      journal.taken(n);
    }
    const { log, journal: told } = recorder();
    journal.replay(told);
    expect(log.map(([method]) => method)).toEqual(['waits', 'settled', 'save', 'acked', 'taken']);
  });

  const state: SavedState = {
    tokens: [new Uint8Array(1)],
    attempt: 1,
    peer: { kind: 'HELLO', form: 'answer', version: 1 },
  };
  const COMMAND = encodeFrame({ kind: 'COMMAND', id: 1, verb: 'SEND', args: [] });
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

  it.each(['client', 'server'] as const)(
    'is told no credentials, and tokens only as such, by a %s',
    (side) => {
      const { log, journal } = recorder();
      const client = new ClientSession({ credentials: 'secret' }, side === 'client' ? journal : undefined);
      const acceptor = new Acceptor({ agent: 'shop/1' }, (length) => new Uint8Array(length).fill(7));
      const [near, far] = [client.connect(0), acceptor.open(0)];
      far.receive(near.output(0)!, 0);
      const server = acceptor.accept(far, 0, side === 'server' ? journal : undefined);
      server.durable(server.checkpoint());
      near.receive(far.output(0)!, 0);
      const [[method, saved]] = log as [Entry];
      expect(method).toBe('save');
      const { tokens, peer } = saved as SavedState;
      expect(tokens.at(-1)).toEqual(new Uint8Array(16).fill(7));
      expect(peer).toEqual(
        side === 'client'
          ? { kind: 'HELLO', form: 'answer', version: 1, agent: 'shop/1' }
          : { kind: 'HELLO', form: 'offer', versions: [1, 1] },
      );
    },
  );

  it('has nothing to restore before anything was', () => {
    expect(new MemoryJournal().saved()).toBeUndefined();
  });
});
