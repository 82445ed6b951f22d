import { expect, it } from 'vitest';
import { Recent } from './recent.ts';

it('what was set longest ago goes first, and what is set again counts as new', () => {
  const recent = new Recent<number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.set('a', 3);
  recent.set('c', 4);
  expect([...recent]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
});
