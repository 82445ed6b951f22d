/** Those who hold connections and bring nothing: one byte a second, or none. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientSession } from 'petrel/session';
import { play } from './role.ts';

/**
 * `silent`: nothing is ever said. `slow`: a HELLO, a byte a second. `gone`: a session, of which nothing is heard any more.
 * `slow frame`: a session, and a COMMAND a byte a second.
 */
export type Manner = 'silent' | 'slow' | 'gone' | 'slow frame';

export interface Crowd {
  readonly port: number;
  readonly count: number;
  readonly manner: Manner;
  /** Connections a second. */
  readonly pace: number;
}

/** What became of a crowd. */
export interface Fate {
  readonly opened: number;
  /** Milliseconds from when a connection stood until the server had ended it, ascending. */
  readonly closedAfter: readonly number[];
}

interface Held {
  readonly began: number;
  readonly socket: Socket;
  closedAfter?: number;
}

/** Milliseconds between which some connections are opened at a time; and most that are, where a beat came late: a burst is no rate. */
const BEAT = 5;
const MOST = 4;
/** A command whose payload is longer than anyone waits: its head and one more byte. */
const LONG_COMMAND = Buffer.concat([Buffer.from([0x1f, 0x70]), Buffer.alloc(127)]);

const held: Held[] = [];

function hello(): Uint8Array {
  return new ClientSession().connect(0).output(0)!;
}

async function hold({ port, manner }: Crowd): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const one: Held = { began: performance.now(), socket };
  held.push(one);
  let slowly: Uint8Array = new Uint8Array();
  if (manner === 'slow') slowly = hello();
  else if (manner !== 'silent') socket.write(hello());
  if (manner === 'slow frame') slowly = LONG_COMMAND;
  let at = 0;
  const timer = setInterval(() => {
    if (at < slowly.length) socket.write(slowly.subarray(at, ++at));
  }, 1000);
  if (slowly.length === 0) clearInterval(timer);
  socket.resume();
  socket.once('end', () => (one.closedAfter ??= performance.now() - one.began));
  socket.once('close', () => {
    clearInterval(timer);
    one.closedAfter ??= performance.now() - one.began;
  });
}

export const hostile = {
  async open(crowd: Crowd): Promise<void> {
    const began = performance.now();
    const opening: Promise<void>[] = [];
    while (opening.length < crowd.count) {
      const due = Math.min(
        crowd.count,
        opening.length + MOST,
        Math.ceil(((performance.now() - began + BEAT) * crowd.pace) / 1000),
      );
      while (opening.length < due) opening.push(hold(crowd));
      await sleep(BEAT);
    }
    await Promise.all(opening);
  },
  fate: (): Fate => ({
    opened: held.length,
    closedAfter: held.flatMap(({ closedAfter }) => closedAfter ?? []).toSorted((a, b) => a - b),
  }),
};

play(hostile);
