/** A worker of the tests, a process of its own: for each session it keeps what it was told, and who passes by what. */
import { WebSocketServer } from 'ws';
import { listen, thisWorker, type ServedPeer } from '../connect/index.ts';
import { HOST, SECURE } from '../helpers.test.ts';

const notes = new WeakMap<ServedPeer, unknown[]>();

async function work(): Promise<void> {
  const siblings = thisWorker()!;
  const pass = siblings.pass.bind(siblings);
  let passed = 0;
  siblings.pass = (...given) => {
    passed++;
    return pass(...given);
  };
  await listen({
    at: ['tcp', 'tls', 'ws', 'http'].map((scheme) => `${scheme}://${HOST}:0`),
    secure: SECURE,
    WebSocketServer,
    ackDelay: 0,
    siblings,
    onSession: (peer) => notes.set(peer, []),
    commands: {
      NOTE: ([note], { peer }) => {
        notes.get(peer)!.push(note);
        void peer.push('NOTED', [note ?? null]);
        return note ?? null;
      },
      NOTES: (_, { peer }) => notes.get(peer) as number[],
      WHERE: () => siblings.number,
      PASSED: () => passed,
      WAIT: () => new Promise(() => undefined),
    },
  });
}

if (thisWorker() !== undefined) await work();
