import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Queue } from './queue.ts';

describe('a queue', () => {
  it('gives back what an array would', () => {
    const steps = fc.array(fc.oneof(fc.nat(), fc.constant('shift' as const), fc.constant('clear' as const)));
    fc.assert(
      fc.property(steps, (list) => {
        const queue = new Queue<number>();
        let model: number[] = [];
        for (const step of list) {
          let gone: readonly (number | undefined)[] = [];
          if (step === 'shift') gone = [queue.shift(), model.shift()];
          else if (step === 'clear') {
            queue.clear();
            model = [];
          } else {
            queue.push(step);
            model.push(step);
          }
          expect(gone[0]).toBe(gone[1]);
          expect([queue.length, queue.at(0), queue.at(1)]).toEqual([model.length, model[0], model[1]]);
        }
        expect([...queue]).toEqual(model);
      }),
    );
  });

  it('keeps its order when it moves up what lies behind an empty front', () => {
    const queue = new Queue<number>();
    for (let i = 0; i < 5000; i++) queue.push(i);
    for (let i = 0; i < 4000; i++) expect(queue.shift()).toBe(i);
    for (let i = 5000; i < 5010; i++) queue.push(i);
    expect([...queue]).toEqual(Array.from({ length: 1010 }, (_, i) => 4000 + i));
  });
});
