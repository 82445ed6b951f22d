import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logOf, plans, replayed, tell, type Entry } from '../../session/helpers.test.ts';
import type { Saved } from '../../session/index.ts';
import { drawing, nothing, PoweredStorage, type Draw } from './helpers.test.ts';
import { JournalFile } from './journal-file.ts';

const FILE = 'outbox';
const OFF = new Error('the power is cut');

interface Kept {
  readonly storage: PoweredStorage;
  /** Records whose commit had resolved. */
  readonly safe: number;
  /** Records that were told before each commit: where a cut may fall. */
  readonly ends: readonly number[];
}

/** Tells a log, commits now and then without waiting, and loses power before the operation with this number. */
async function powered(
  log: readonly Entry[],
  draw: Draw,
  operations: number,
  rotateFrom: number,
): Promise<Kept> {
  const storage = new PoweredStorage();
  const file = await JournalFile.openIn(storage, FILE, { rotateFrom });
  const journal = file.journal('me');
  const ends = [0];
  let safe = 0;
  let left = operations;
  storage.before = () => {
    if (--left < 0) throw OFF;
  };
  const commits: Promise<void>[] = [];
  for (const [i, entry] of log.entries()) {
    tell(journal, [entry]);
    if (draw(3) > 0) continue;
    const told = i + 1;
    const commit = file.commit().then(() => void (safe = Math.max(safe, told)));
    // told records stay one batch only until the write of now is over: any place may be an end
    commits.push(commit.catch(() => {}));
    if (draw(2) === 0) await Promise.race([commit.catch(() => {}), turns(draw(8))]);
  }
  await Promise.all(commits);
  for (let i = 1; i <= log.length; i++) ends.push(i);
  return { storage, safe, ends };
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}

/** What is found when the power is back. */
async function found(storage: PoweredStorage): Promise<Saved | undefined> {
  const file = await JournalFile.openIn(storage, FILE);
  const saved = file.journal('me').saved();
  await file.close();
  return saved;
}

describe('a power cut', () => {
  it('leaves all that was safe, and behind it nothing but what came next', async () => {
    await fc.assert(
      fc.asyncProperty(
        plans,
        fc.nat(),
        fc.nat(40),
        fc.constantFrom(0, 300, 1_000_000),
        async (actions, seed, operations, rotateFrom) => {
          const log = logOf(actions);
          const draw = drawing(seed);
          const { storage, safe, ends } = await powered(log, draw, operations, rotateFrom);
          for (const how of [nothing, draw, draw]) {
            const saved = await found(storage.cut(how));
            const allowed = ends
              .filter((end) => end >= safe)
              .map((end) => replayed(log.slice(0, end)).saved());
            expect(allowed).toContainEqual(saved);
            // and once more, while it is being opened
            const again = storage.cut(how);
            let left = draw(6);
            again.before = () => {
              if (--left < 0) throw OFF;
            };
            await found(again).catch(() => {});
            expect(allowed).toContainEqual(await found(again.cut(draw)));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
