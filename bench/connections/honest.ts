/** Honest clients: each sends a command at its time, and waits for the reply. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openTcp, SessionClient } from 'petrel/link';
import { ClientSession } from 'petrel/session';
import { play } from './role.ts';

interface Honest {
  readonly port: number;
  readonly clients: number;
  /** Milliseconds between two commands of a client. */
  readonly every: number;
}

/** Milliseconds from commands to their replies. */
let times: number[] = [];
let unanswered = 0;
const clients: SessionClient[] = [];

async function connected(port: number): Promise<SessionClient> {
  const began = new Map<number, number>();
  return new Promise((resolve) => {
    const client: SessionClient = new SessionClient(
      new ClientSession(),
      { open: (handler, signal) => openTcp({ host: '127.0.0.1', port }, handler, signal) },
      (event) => {
        if (event.type === 'open') resolve(client);
        if (event.type !== 'reply') return;
        times.push(performance.now() - began.get(event.ticket)!);
        began.delete(event.ticket);
        unanswered--;
      },
    );
    say.set(client, () => {
      const ticket = client.driver.session.command('ECHO', ['a few words that are said again']);
      if (ticket === undefined) return;
      unanswered++;
      began.set(ticket, performance.now());
      client.driver.wake();
    });
    client.dial();
  });
}

const say = new Map<SessionClient, () => void>();

export const honest = {
  /** Connects all, and lets them talk from now on. */
  async begin({ port, clients: count, every }: Honest): Promise<void> {
    for (let i = 0; i < count; i++) clients.push(await connected(port));
    for (const client of clients) {
      setInterval(say.get(client)!, every);
      await sleep(every / count);
    }
  },
  /** @returns the times since it was asked last, in the order of the replies. */
  times(): number[] {
    const taken = times;
    times = [];
    return taken;
  },
  /** @returns commands that have no reply yet. */
  unanswered: (): number => unanswered,
};

play(honest);
