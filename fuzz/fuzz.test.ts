/** Tries every promise briefly; `npm run fuzz` tries them for as long as asked. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROMISES } from './promises.ts';

const HOLDS = 'holds';

describe('promises, tried with what nobody thought of', () => {
  it.each(PROMISES)('$name', { timeout: 60_000 }, async ({ property }) => {
    const details = await fc.check(property, { numRuns: 50 });
    expect(details.failed ? fc.defaultReportMessage(details) : HOLDS).toBe(HOLDS);
  });
});
