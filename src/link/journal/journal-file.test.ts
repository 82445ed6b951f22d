import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeFrame } from '../../frame/index.ts';
import { logOf, plans, replayed, tell, type Entry } from '../../session/helpers.test.ts';
import { ClientSession, type Saved, type SavedFrame } from '../../session/index.ts';
import { BATCH_HEAD, FILE_HEAD } from './batches.ts';
import { JournalError } from './errors.ts';
import { PoweredStorage, type Operation } from './helpers.test.ts';
import { JournalFile, type JournalFileOptions } from './journal-file.ts';

const FILE = 'outbox';
const PUSH: SavedFrame = {
  frame: encodeFrame({ kind: 'PUSH', verb: 'NEWS', args: ['x'] }),
  ticket: 0,
  repeatable: false,
};

function openIn(storage: PoweredStorage, options?: JournalFileOptions): Promise<JournalFile> {
  return JournalFile.openIn(storage, FILE, options);
}

/** What a journal has after a process has ended without a word. */
async function reopened(storage: PoweredStorage): Promise<Saved | undefined> {
  const copy = new PoweredStorage();
  copy.put(FILE, storage.get(FILE)!);
  return (await openIn(copy)).journal('me').saved();
}

async function fails(work: Promise<unknown>): Promise<JournalError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof JournalError)) throw new Error(`no JournalError: ${String(error)}`);
  return error;
}

/** Keeps a long history, in commits of a few records. @returns the file, and what stood at the end of each commit. */
async function history(
  log: readonly Entry[],
  few: number,
): Promise<{ bytes: Uint8Array; ends: number[]; kept: number[] }> {
  const storage = new PoweredStorage();
  const file = await openIn(storage);
  const journal = file.journal('me');
  await file.commit();
  const ends = [storage.get(FILE)!.length];
  const kept = [0];
  for (let at = 0; at < log.length; at += few) {
    tell(journal, log.slice(at, at + few));
    await file.commit();
    ends.push(storage.get(FILE)!.length);
    kept.push(Math.min(at + few, log.length));
  }
  return { bytes: storage.get(FILE)!, ends, kept };
}

/** A record of everything that a session tells its journal. */
const LONG: readonly Entry[] = logOf([
  'command', 'exchange', 'push', 'repeatable', 'ask', 'exchange', 'answer', 'hasty', 'cut', 'late', 'tell', 'command',
  'exchange', 'answer', 'answer', 'exchange', 'push', 'cut', 'forget', 'command', 'exchange', 'ask', 'exchange', 'answer',
  'exchange', 'push', 'command',
]); // prettier-ignore

describe('a file that is cut', () => {
  it('has exactly the whole commits before the cut, after every byte', async () => {
    const { bytes, ends, kept } = await history(LONG, 2);
    expect(ends.length).toBeGreaterThan(15);
    for (let cut = ends[0]!; cut <= bytes.length; cut++) {
      const storage = new PoweredStorage();
      storage.put(FILE, bytes.slice(0, cut));
      const whole = ends.findLastIndex((end) => end <= cut);
      const file = await openIn(storage);
      expect(file.journal('me').saved()).toEqual(replayed(LONG.slice(0, kept[whole])).saved());
    }
  });

  it('goes on behind the cut as if nothing had been there', async () => {
    const { bytes, ends, kept } = await history(LONG, 5);
    const at = ends.length - 3;
    const storage = new PoweredStorage();
    storage.put(FILE, bytes.slice(0, ends[at]! + 7));
    const file = await openIn(storage);
    tell(file.journal('me'), LONG.slice(kept[at]));
    await file.commit();
    expect(await reopened(storage)).toEqual(replayed(LONG).saved());
  });

  it('is refused when the cut is where none can be: before its first batch', async () => {
    const { bytes } = await history([], 1);
    const first = FILE_HEAD + BATCH_HEAD;
    for (let cut = 0; cut < first; cut++) {
      const storage = new PoweredStorage();
      storage.put(FILE, bytes.slice(0, cut));
      const { code, offset } = await fails(openIn(storage));
      expect([code, offset]).toEqual(['CORRUPT', cut < FILE_HEAD ? 0 : FILE_HEAD]);
    }
  });
});

describe('a file with a byte that was changed', () => {
  it('is refused with the offset of the batch, wherever it is', async () => {
    const { bytes, ends } = await history(LONG, 4);
    const starts = [0, FILE_HEAD, FILE_HEAD + BATCH_HEAD, ...ends];
    for (let at = 0; at < ends.at(-2)!; at++) {
      const storage = new PoweredStorage();
      storage.put(FILE, bytes.with(at, bytes[at]! ^ 0x41));
      const { code, offset } = await fails(openIn(storage));
      expect([code, offset]).toEqual(['CORRUPT', starts.findLast((start) => start <= at)]);
    }
  });

  it('has all but the last batch where that is at fault: it looks like one that was torn', async () => {
    const { bytes, ends, kept } = await history(LONG, 4);
    for (let at = ends.at(-2)!; at < bytes.length; at++) {
      const storage = new PoweredStorage();
      storage.put(FILE, bytes.with(at, bytes[at]! ^ 0x41));
      expect((await openIn(storage)).journal('me').saved()).toEqual(
        replayed(LONG.slice(0, kept.at(-2))).saved(),
      );
    }
  });

  it('is refused where a batch is missing, and where two have changed places', async () => {
    const { bytes, ends } = await history(LONG, 4);
    const [a, b, c, d] = ends as [number, number, number, number];
    const batch = (from: number, to: number): Uint8Array => bytes.subarray(from, to);
    for (const order of [
      [batch(0, a), batch(b, bytes.length)],
      [batch(0, a), batch(b, c), batch(a, b), batch(c, bytes.length)],
      [batch(0, a), batch(a, b), batch(a, b), batch(c, d)],
    ]) {
      const storage = new PoweredStorage();
      storage.put(FILE, Buffer.concat(order));
      expect((await fails(openIn(storage))).code).toBe('CORRUPT');
    }
  });

  it('is not read when another version wrote it', async () => {
    const { bytes } = await history([], 1);
    const head = bytes.slice();
    head[8] = 2;
    const view = new DataView(head.buffer);
    const { crc32 } = await import('node:zlib');
    view.setUint32(FILE_HEAD - 4, crc32(head.subarray(0, FILE_HEAD - 4)), true);
    const storage = new PoweredStorage();
    storage.put(FILE, head);
    expect((await fails(openIn(storage))).code).toBe('VERSION');
  });

  it('takes a torn batch for torn also where its body looks like a later one', async () => {
    const storage = new PoweredStorage();
    const file = await openIn(storage);
    file.journal('me').append(1, PUSH);
    await file.commit();
    const safe = storage.get(FILE)!;
    // of another file, with another salt: what a peer could know
    const { bytes, ends } = await history(LONG, 4);
    file.journal('me').note('forged', bytes.subarray(ends[1]));
    await file.commit();
    const torn = storage.get(FILE)!;
    torn.fill(0, safe.length, safe.length + 8);
    const found = new PoweredStorage();
    found.put(FILE, torn);
    const again = await openIn(found);
    expect(again.journal('me').notes.size).toBe(0);
  });
});

describe('a file of journals', () => {
  it('says what its journals were told, in any commits, over any rewriting', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (actions, few, small) => {
        const log = logOf(actions);
        const storage = new PoweredStorage();
        const file = await openIn(storage, { rotateFrom: small ? 0 : 1_000_000 });
        const [one, other] = [file.journal('me'), file.journal('you')];
        for (let at = 0; at < log.length; at += few) {
          const records = log.slice(at, at + few);
          tell(one, records);
          tell(other, records.slice(0, 1));
          await file.commit();
        }
        expect(await reopened(storage)).toEqual(replayed(log).saved());
      }),
      { numRuns: 60 },
    );
  });

  it('syncs once for all that is told in one turn, and once for all that is told meanwhile', async () => {
    const storage = new PoweredStorage();
    const file = await openIn(storage);
    const count: Operation[] = [];
    storage.before = (operation) => count.push(operation);
    const journal = file.journal('me');
    let told = 0;
    const send = async (): Promise<void> => {
      journal.append(++told, PUSH);
      await file.commit();
    };
    const first = Array.from({ length: 100 }, send);
    await Promise.resolve();
    await Promise.resolve();
    const second = Array.from({ length: 100 }, send);
    await Promise.all([...first, ...second]);
    expect(count).toEqual(['append', 'sync', 'append', 'sync']);
    expect(await reopened(storage)).toBeUndefined(); // frames without a session
    expect(file.dirty).toBe(false);
    await file.commit();
    expect(count.length).toBe(4);
  });

  it('lets a session go on only when its records are safe', async () => {
    const storage = new PoweredStorage();
    const file = await openIn(storage);
    const session = new ClientSession({}, file.journal('me'));
    const link = session.connect(0);
    link.output(0);
    link.receive(Uint8Array.of(0x87, 0x01, 0xe2, 0x01, 0x0d, 0x01, 0xc9, 0xa1), 0);
    session.push('NEWS', [1]);
    expect(link.output(0)).toBeUndefined();
    const safe = file.commit(session);
    session.push('NEWS', [2]);
    expect(link.output(0)).toBeUndefined();
    await safe;
    // what came after the commit was asked for has to wait for another
    expect(link.output(0)).toEqual(encodeFrame({ kind: 'PUSH', verb: 'NEWS', args: [1] }));
  });

  it('stays as short as what it has to say', async () => {
    const storage = new PoweredStorage();
    const file = await openIn(storage, { rotateFrom: 4096 });
    const journal = file.journal('me');
    let longest = 0;
    for (let n = 1; n <= 5000; n++) {
      journal.append(n, PUSH);
      journal.acked(n);
      if (n % 5 === 0) await file.commit();
      longest = Math.max(longest, storage.get(FILE)!.length);
    }
    expect(longest).toBeLessThan(4400);
  });

  it('keeps notes as safe as what is told beside them, and forgets what was ended', async () => {
    const storage = new PoweredStorage();
    const file = await openIn(storage);
    const [one, two] = [file.journal('one'), file.journal('two')];
    const bytes = Uint8Array.of(1, 2);
    one.note('inbox', bytes);
    bytes.fill(9);
    expect(one.notes.get('inbox')).toEqual(Uint8Array.of(1, 2));
    one.note('gone', bytes);
    one.note('gone', undefined);
    two.note('x', bytes);
    await file.commit();
    two.end();
    two.note('y', bytes);
    await file.close();
    const again = await openIn(storage);
    expect(again.keys).toEqual(['one']);
    expect([...again.journal('one').notes]).toEqual(
      [['inbox', Buffer.of(1, 2)]].map(([k, v]) => [k, new Uint8Array(v as Buffer)]),
    );
    expect(again.journal('two').notes.size).toBe(0);
    expect(again.keys).toEqual(['one', 'two']);
  });

  it.each([
    ['__proto__', 'constructor'],
    ['\u0000\n', '消息'],
  ])('takes any key and name: %j, %j', async (key, name) => {
    const storage = new PoweredStorage();
    const file = await openIn(storage);
    file.journal(key).note(name, Uint8Array.of(7));
    await file.close();
    const again = await openIn(storage);
    expect(again.keys).toEqual([key]);
    expect(again.journal(key).notes.get(name)).toEqual(Uint8Array.of(7));
  });

  it('refuses options and keys out of range', async () => {
    await expect(openIn(new PoweredStorage(), { maxBytes: 10 })).rejects.toThrow('maxBytes');
    await expect(openIn(new PoweredStorage(), { rotateFrom: -1 })).rejects.toThrow('rotateFrom');
    const file = await openIn(new PoweredStorage());
    expect(() => file.journal('k'.repeat(1025))).toThrow(RangeError);
  });
});

describe('a file that fails', () => {
  const denied = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

  it.each(['append', 'sync'] as const)('promises nothing any more after %s', async (operation) => {
    const storage = new PoweredStorage();
    const file = await openIn(storage);
    const journal = file.journal('me');
    journal.note('a', Uint8Array.of(1));
    await file.commit();
    storage.before = (each) => {
      if (each === operation) throw denied;
    };
    journal.note('b', Uint8Array.of(2));
    const error = await fails(file.commit());
    expect([error.code, error.cause]).toEqual(['FAILED', denied]);
    // the next would succeed, and say nothing of what was lost before
    storage.before = () => {};
    journal.note('c', Uint8Array.of(3));
    expect(file.dirty).toBe(false);
    expect(await fails(file.commit())).toBe(error);
    expect(file.error).toBe(error);
    expect(await fails(file.close())).toBe(error);
    const again = await openIn(storage.cut(() => 0));
    expect([...again.journal('me').notes.keys()]).toEqual(['a']);
  });

  it.each(['create', 'append', 'sync', 'replace'] as const)(
    'leaves the old file whole when %s fails as it is written anew',
    async (operation) => {
      const storage = new PoweredStorage();
      const file = await openIn(storage, { rotateFrom: 0 });
      file.journal('me').note('a', Uint8Array.of(1));
      await file.commit();
      storage.before = (each) => {
        if (each === operation) throw denied;
      };
      file.journal('me').note('b', new Uint8Array(500));
      expect((await fails(file.commit())).code).toBe('FAILED');
      const again = await openIn(storage.cut(() => 1));
      expect([...again.journal('me').notes.keys()]).toEqual(['a']);
    },
  );

  it('tells all who wait', async () => {
    const storage = new PoweredStorage();
    const file = await openIn(storage);
    const journal = file.journal('me');
    storage.before = (each) => {
      if (each === 'sync') throw denied;
    };
    journal.note('a', Uint8Array.of(1));
    const waiting = [file.commit(), file.commit()];
    await Promise.resolve();
    journal.note('b', Uint8Array.of(1));
    waiting.push(file.commit());
    for (const each of waiting) expect((await fails(each)).code).toBe('FAILED');
  });

  it('does not hold more than its bound in memory, or in the file', async () => {
    const storage = new PoweredStorage();
    const file = await openIn(storage, { maxBytes: 2000 });
    const journal = file.journal('me');
    for (let i = 0; i < 10; i++) journal.note(`${i}`, new Uint8Array(300));
    expect(file.error?.code).toBe('FULL');
    expect((await fails(file.commit())).code).toBe('FULL');
    const other = await openIn(new PoweredStorage(), { maxBytes: 2000 });
    for (let i = 0; i < 10 && other.error === undefined; i++) {
      other.journal('me').note(`${i}`, new Uint8Array(300));
      await other.commit().catch(() => {});
    }
    expect(other.error?.code).toBe('FULL');
  });

  it('takes nothing any more when it was closed', async () => {
    const file = await openIn(new PoweredStorage());
    const journal = file.journal('me');
    await file.close();
    await file.close();
    journal.note('a', Uint8Array.of(1));
    expect((await fails(file.commit())).code).toBe('CLOSED');
  });
});

describe('a file on a disk', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'petrel-journal-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });
  const path = (): string => join(directory, FILE);

  it('has what was committed, for its owner alone, and leaves nothing else behind', async () => {
    const file = await JournalFile.open(path(), { rotateFrom: 2000 });
    tell(file.journal('me'), LONG);
    await file.commit();
    for (let i = 0; i < 50; i++) {
      file.journal('me').note(`${i % 3}`, new Uint8Array(100).fill(i));
      await file.commit();
    }
    await file.close();
    expect(await readdir(directory)).toEqual([FILE]);
    expect((await stat(path())).mode & 0o077).toBe(0);
    const again = await JournalFile.open(path());
    expect(again.journal('me').saved()).toEqual(replayed(LONG).saved());
    expect(again.journal('me').notes.get('1')).toEqual(new Uint8Array(100).fill(49));
    await again.close();
  });

  it('is one process at a time, this one included', async () => {
    const file = await JournalFile.open(path());
    const { code, message } = await fails(JournalFile.open(path()));
    expect([code, message]).toEqual(['LOCKED', `LOCKED: process ${process.pid} has the journal open`]);
    await file.close();
    await (await JournalFile.open(path())).close();
  });

  it.each([
    ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, began: '1 2' })],
    [
      'of a process whose number is another one by now',
      JSON.stringify({ pid: process.pid, began: 'long ago' }),
    ],
    ['that was cut off', '{"pid":1'],
    ['that is empty', ''],
  ])('takes over a lock %s', async (_name, owner) => {
    await writeFile(`${path()}.lock`, owner);
    const file = await JournalFile.open(path());
    expect((await fails(JournalFile.open(path()))).code).toBe('LOCKED');
    await file.close();
    expect(await readdir(directory)).toEqual([FILE]);
  });

  it('lets only one of many have it that come at once', async () => {
    await writeFile(`${path()}.lock`, JSON.stringify({ pid: 2 ** 22 + 1, began: '' }));
    const opened = await Promise.allSettled(Array.from({ length: 8 }, () => JournalFile.open(path())));
    const files = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(files.length).toBe(1);
    await files[0]!.close();
  });

  it('says what the file system refuses', async () => {
    const { code, cause } = await fails(JournalFile.open(join(directory, 'nowhere', FILE)));
    expect([code, (cause as NodeJS.ErrnoException).code]).toEqual(['FAILED', 'ENOENT']);
  });

  it('is not read when it is longer than allowed', async () => {
    await writeFile(path(), new Uint8Array(5000));
    expect((await fails(JournalFile.open(path(), { maxBytes: 4999 }))).code).toBe('FULL');
  });

  it('overwrites what a process left that was killed as it wrote anew', async () => {
    const file = await JournalFile.open(path());
    file.journal('me').note('a', Uint8Array.of(1));
    await file.close();
    await writeFile(`${path()}.new`, await readFile(path()).then((bytes) => bytes.subarray(0, 30)));
    const again = await JournalFile.open(path());
    expect([...again.journal('me').notes.keys()]).toEqual(['a']);
    await again.close();
    expect(await readdir(directory)).toEqual([FILE]);
  });
});
