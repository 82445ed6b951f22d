import { describe, expect, it } from 'vitest';
import codes from '../../spec/codes.json' with { type: 'json' };
import { BEFORE_AUTH_LIMITS, DEFAULT_LIMITS, resolveLimits, type Limits } from './index.ts';

const column = (name: 'default' | 'beforeAuth'): Record<string, number> =>
  Object.fromEntries(codes.limits.map((row) => [row.name, row[name]]));

describe('limits', () => {
  it('have the defaults of the registry, and those before authentication', () => {
    expect(DEFAULT_LIMITS).toEqual(column('default'));
    expect(BEFORE_AUTH_LIMITS).toEqual(column('beforeAuth'));
  });

  it('fill in what is left out, from the base that is given', () => {
    expect(resolveLimits({ maxDepth: 3 })).toEqual({ ...DEFAULT_LIMITS, maxDepth: 3 });
    expect(resolveLimits({ maxDepth: 3 }, BEFORE_AUTH_LIMITS)).toEqual({
      ...BEFORE_AUTH_LIMITS,
      maxDepth: 3,
    });
    expect(resolveLimits(undefined)).toEqual(DEFAULT_LIMITS);
  });

  describe.each(codes.limits)('$name', ({ name, lowest, highest }) => {
    it.each([lowest, highest])('may be %d', (value) => {
      expect(resolveLimits({ [name]: value })[name as keyof Limits]).toBe(value);
    });

    it.each([lowest - 1, highest + 1, 1.5, NaN, Infinity, '7', null])('may not be %s', (value) => {
      expect(() => resolveLimits({ [name]: value })).toThrow(
        new RangeError(`${name} must be a whole number from 0 to ${highest}, not ${value}`),
      );
    });
  });
});
