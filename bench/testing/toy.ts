/** A suite of toys, on which the harness itself is tested: two that are right, one that is wrong, one that dies. */
import assert from 'node:assert/strict';
import type { Candidate, Prepared, Suite } from '../suite.ts';

const NUMBERS = Array.from({ length: 64 }, (_, i) => i * 1001);

function prepared(write: (value: number) => string, read: (text: string) => number): Prepared {
  const written = NUMBERS.map(write);
  return {
    size: written.join('').length / written.length,
    check: () => assert.deepEqual(written.map(read), NUMBERS),
    operations: {
      write: (i) => write(NUMBERS[i % NUMBERS.length]!),
      read: (i) => read(written[i % written.length]!),
    },
  };
}

const decimal = (): Prepared => prepared(String, Number);
const slow = (): Prepared =>
  prepared((value) => Array.from({ length: 50 }, () => String(value)).at(-1)!, Number);
const candidate = (name: string, load: () => Prepared, ours?: true): Candidate => {
  return ours ? { name, ours, load } : { name, load };
};

export const suite: Suite = {
  name: 'toys',
  about: 'Numbers as texts.',
  unit: 'number',
  operations: [
    { name: 'write', about: 'a text' },
    { name: 'read', about: 'a number' },
  ],
  corpora: [
    { name: 'few', about: '64 numbers' },
    { name: 'same', about: 'the same 64 numbers' },
  ],
  candidates: [
    candidate('ours', decimal, true),
    candidate('slow', slow),
    { ...candidate('wrong', () => prepared(String, (text) => Number(text) + 1)), corpora: ['few'] },
    {
      name: 'dying',
      corpora: ['few'],
      load: () => ({
        ...decimal(),
        operations: {
          read: () => {
            throw new Error('no more numbers');
          },
        },
      }),
    },
  ],
  notes: ['Toys.'],
  bars: [
    { row: 'write', corpus: 'few', operation: 'write', ours: 'ours', must: 2, aim: 1e6 },
    {
      row: 'read, unmeasured',
      corpus: 'few',
      operation: 'read',
      ours: 'nobody',
      must: 1,
      aim: 1,
    },
  ],
};
