import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Requests, type Request } from './requests.ts';

/** A command that has gone out, with the lowest free id. */
function sent(requests: Requests, number: number, deadline = Infinity): Request {
  const request = requests.make('SEND', [], { deadline });
  request.id = requests.freeId;
  request.number = number;
  requests.add(request);
  return request;
}

describe('requests', () => {
  it('give the lowest id that is free, and free it when its REPLY is taken', () => {
    const requests = new Requests();
    const [one, two] = [sent(requests, 1), sent(requests, 2), sent(requests, 3)];
    requests.settle(two, 1);
    expect(requests.freeId).toBe(4);
    requests.settle(one, 2);
    requests.free(1);
    expect(requests.freeId).toBe(2);
    requests.free(2);
    expect(requests.freeId).toBe(1);
  });

  it('never give an id twice as long as it is taken', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('send', 'settle', 'free'), fc.nat()), { maxLength: 80 });
    fc.assert(
      fc.property(steps, (list) => {
        const requests = new Requests();
        const open: Request[] = [];
        let answered: Request[] = [];
        let by = 0;
        for (const [what, n] of list) {
          if (what === 'send') {
            const request = sent(requests, n);
            open.push(request);
          } else if (what === 'settle' && open.length > 0) {
            const [request] = open.splice(n % open.length, 1);
            requests.settle(request!, ++by);
            answered.push(request!);
          } else if (what === 'free') {
            requests.free(n % (by + 1));
            answered = answered.filter((request) => request.by > n % (by + 1));
          }
          expect(requests.size).toBe(open.length);
          const ids = [...open, ...answered].map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          for (const request of open) expect(requests.get(request.id)).toBe(request);
          for (const { id } of answered) expect(requests.get(id)).toBeUndefined();
        }
      }),
    );
  });

  it('go by their order, those that wait last', () => {
    const requests = new Requests();
    const waiting = requests.make('SEND', [], {});
    requests.wait(waiting);
    const [late, early] = [sent(requests, 9), sent(requests, 3)];
    expect([...requests]).toEqual([early, late, waiting]);
    expect([requests.size, requests.pending]).toEqual([3, 1]);
    expect(requests.release()).toEqual([waiting]);
    expect(requests.pending).toBe(0);
  });

  it('tell their deadlines, once each', () => {
    const requests = new Requests();
    const [a, b] = [sent(requests, 1, 500), sent(requests, 2, 300)];
    expect(requests.nextTimeout()).toBe(300);
    expect(requests.overdue(299)).toEqual([]);
    expect(requests.overdue(300)).toEqual([b]);
    requests.tell(b);
    expect(requests.nextTimeout()).toBe(500);
    expect(requests.overdue(1000)).toEqual([a]);
    requests.tell(a);
    expect([requests.overdue(2000), requests.size, requests.nextTimeout()]).toEqual([[], 0, Infinity]);
  });

  it('count an outcome once', () => {
    const requests = new Requests();
    const request = sent(requests, 1);
    requests.tell(request);
    requests.tell(request);
    requests.settle(request, 1);
    expect(requests.size).toBe(0);
    requests.revive(request);
    expect(requests.size).toBe(1);
  });

  it('give tickets above those of a process before', () => {
    const requests = new Requests();
    requests.raise(41);
    requests.raise(3);
    expect(requests.ticket()).toBe(42);
  });
});
