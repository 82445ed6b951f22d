/** A file system whose power can be cut: what was synced stays, of the rest any part, in pieces. */
import type { AppendFile, Storage } from './storage.ts';

/** What is lost and kept is drawn with this. @returns a whole number below `below`. */
export type Draw = (below: number) => number;

/** A disk writes in pieces of this size, in any order. */
const SECTOR = 16;

class Data {
  bytes: Uint8Array = new Uint8Array(0);
  /** Bytes that are safe. */
  safe = 0;

  append(bytes: Uint8Array): void {
    this.bytes = Uint8Array.from([...this.bytes, ...bytes]);
  }

  /** What is found after a power cut. */
  remains(draw: Draw): Uint8Array {
    const length = this.safe + draw(this.bytes.length - this.safe + 1);
    const found = this.bytes.slice(0, length);
    // the file's length was written, and some of its sectors were not
    for (let at = this.safe; at < length; at += SECTOR)
      if (draw(4) === 0) found.fill(0, at, Math.min(at + SECTOR, length));
    return found;
  }
}

/** The operations of a file system, as they are counted. */
export type Operation = 'create' | 'append' | 'sync' | 'replace' | 'close';

export class PoweredStorage implements Storage {
  /** Called before each operation, and able to make it fail. */
  before: (operation: Operation) => void = () => {};
  private names = new Map<string, Data>();
  /** Names as they are after a power cut at the latest. */
  private safeNames = new Map<string, Data>();
  private readonly locks = new Set<string>();

  /** A file system that a power cut has left. */
  cut(draw: Draw): PoweredStorage {
    const found = new PoweredStorage();
    const names = draw(2) === 0 ? this.names : this.safeNames;
    for (const [name, data] of names) found.put(name, data.remains(draw));
    return found;
  }

  /** Puts a file there, safe. */
  put(name: string, bytes: Uint8Array): void {
    const data = new Data();
    data.append(bytes);
    data.safe = bytes.length;
    this.names.set(name, data);
    this.safeNames.set(name, data);
  }

  get(name: string): Uint8Array | undefined {
    return this.names.get(name)?.bytes.slice();
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    return this.get(name);
  }

  async create(name: string): Promise<AppendFile> {
    this.before('create');
    const data = new Data();
    this.names.set(name, data);
    const act = (operation: Operation): void => this.before(operation);
    return {
      append: async (bytes) => {
        // in two pieces: the power may be cut between them
        const half = bytes.length >> 1;
        data.append(bytes.subarray(0, half));
        await Promise.resolve();
        act('append');
        data.append(bytes.subarray(half));
      },
      sync: async () => {
        const { length } = data.bytes;
        await Promise.resolve();
        act('sync');
        data.safe = Math.max(data.safe, length);
      },
      close: async () => act('close'),
    };
  }

  async replace(from: string, to: string): Promise<void> {
    const data = this.names.get(from)!;
    this.names.set(to, data);
    this.names.delete(from);
    await Promise.resolve();
    this.before('replace');
    this.safeNames = new Map(this.names);
  }

  async lock(name: string): Promise<() => Promise<void>> {
    if (this.locks.has(name)) throw new Error('locked');
    this.locks.add(name);
    return async () => void this.locks.delete(name);
  }
}

/** Draws the same each time. */
export function drawing(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

/** Draws nothing: what was not synced is lost. */
export const nothing: Draw = () => 0;
