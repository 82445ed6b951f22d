/** The script that shows what the vectors cover, on a sample; `npm run spec:coverage` is the whole. */
import { describe, expect, it } from 'vitest';
import { coverage } from './coverage.ts';
import { mutantsOf } from './mutants.ts';

const SOURCE = `
const isShort = (n: number) => n > 0 && n < 9;
export function read(r: Reader) {
  r.need(4);
  const spare = r.first === 0 || r.last === 0;
  if (spare && !r.overlong) throw fault('INT_OVERLONG', 'VALUE-2', 0, 'long');
  try { r.next(); } catch (error) { throw error; }
}
const id = positive('ID_ZERO', 'FRAME-6');
`;

describe('the coverage of rules', () => {
  it('disables each check of a source once, and nothing else', () => {
    expect(mutantsOf('x.ts', SOURCE).map(({ line, what }) => `${line} ${what.split(' -> ')[0]}`)).toEqual([
      '2 n > 0',
      '2 n < 9',
      '4 r.need(4);',
      '5 r.first === 0',
      '5 r.last === 0',
      "6 throw fault('INT_OVERLONG', 'VALUE-2', 0, 'long');",
      "9 positive('ID_ZERO', 'FRAME-6')",
      "9 positive('ID_ZERO', 'FRAME-6')",
    ]);
  });

  it('finds a vector that misses each check of a sample', async () => {
    const results = await coverage(40);
    expect(results.length).toBeGreaterThan(8);
    expect(results.filter(({ killer }) => killer === undefined).map(({ mutant }) => mutant.what)).toEqual([]);
  }, 120_000);
});
