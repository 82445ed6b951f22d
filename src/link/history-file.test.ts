import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HistoryFile } from './history-file.ts';
import { Forgetting, HeartbeatMemory } from './policy/index.ts';

const MINUTE = 60_000;
const endpoint = { address: '192.0.2.1', port: 5223 };

describe('a history file', () => {
  let folder: string;
  let path: string;
  let file: HistoryFile;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'petrel-history-'));
    path = join(folder, 'history.json');
    file = new HistoryFile(path);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has nothing before something was saved', async () => {
    expect(await file.load()).toBeUndefined();
  });

  it('keeps a ban and its end over a restart', async () => {
    const now = Date.now();
    const before = new Forgetting();
    before.networkChanged('home', now);
    for (let visit = 0; visit < 3; visit++) {
      before.learn(endpoint, { ok: false }, now + visit * MINUTE);
      before.networkChanged('train', now);
      before.networkChanged('home', now);
    }
    await file.save(before.save(now + 3 * MINUTE));
    const after = new Forgetting();
    after.load(await new HistoryFile(path).load(), now + 3 * MINUTE);
    after.networkChanged('home', now + 3 * MINUTE);
    const usableAt = (minutes: number): number =>
      after.order([endpoint], now + minutes * MINUTE, () => 0).usable.length;
    expect([usableAt(7.99), usableAt(8)]).toEqual([0, 1]);
  });

  it('is for its owner only, and leaves nothing beside it', async () => {
    await file.save({ a: 1 });
    expect((await stat(path)).mode & 0o077).toBe(0);
    expect(await readdir(folder)).toEqual(['history.json']);
  });

  it('has the last of many that were saved at once', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, i) => file.save({ i })));
    expect(await file.load()).toEqual({ i: 49 });
  });

  it('is as it was where a new one can not be written, and can be saved later', async () => {
    await file.save({ i: 1 });
    await mkdir(`${path}.new`);
    await expect(file.save({ i: 2 })).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await file.load()).toEqual({ i: 1 });
    await rm(`${path}.new`, { recursive: true });
    await file.save({ i: 3 });
    expect(await file.load()).toEqual({ i: 3 });
  });

  it('that is torn at any byte gives a record or nothing, and what loads it does not fail', async () => {
    const memory = new HeartbeatMemory();
    memory.learn('home', true, 0);
    await file.save(memory.save());
    const text = await readFile(path, 'utf8');
    for (let length = 0; length < text.length; length++) {
      await truncate(path, 0);
      await writeFile(path, text.slice(0, length));
      const saved = await file.load();
      expect(saved).toBeUndefined();
      const again = new HeartbeatMemory();
      again.load(saved, 0);
      expect(again.save()).toEqual([]);
    }
  });

  it('is not read where it has more than 4 MiB, nor written', async () => {
    await writeFile(path, `"${'x'.repeat(2 ** 22)}"`);
    expect(await file.load()).toBeUndefined();
    await expect(file.save('x'.repeat(2 ** 22))).rejects.toThrow(RangeError);
  });

  it('says what keeps it from being read', async () => {
    await mkdir(path);
    await expect(file.load()).rejects.toMatchObject({ code: 'EISDIR' });
  });

  it.each([undefined, () => 1, Symbol('x')])('refuses what is no data: %s', async (record) => {
    await expect(file.save(record)).rejects.toThrow(TypeError);
  });
});
