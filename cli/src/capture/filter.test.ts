import type { Said } from 'petrel/conversation';
import { describe, expect, it } from 'vitest';
import { FilterError, parseFilter } from './filter.ts';

const begin = { seconds: 10, nanoseconds: 0 };
const client = { name: 'client' };
const connection = { id: 3, client };
const said = {
  connection,
  from: client,
  protocol: 'petrel',
  time: { seconds: 11, nanoseconds: 500_000_000 },
  kind: 2,
  length: 40,
  body: { kind: 'REPLY', id: 7, value: 'Ada "Lovelace"' },
  request: { id: 7, verb: 'get', time: { seconds: 11, nanoseconds: 0 }, packet: 1, connection: 3 },
  number: undefined,
  remarks: ['sent again'],
} as unknown as Said;

const shows = (expression: string): boolean => parseFilter(expression, () => begin)(said);

describe('a filter', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['kind = REPLY', true],
    ['kind = reply', true],
    ['kind != REPLY', false],
    ['verb = get', true],
    ['id = 7', true],
    ['id = 07', true],
    ['id >= 7 and id <= 7', true],
    ['size > 40', false],
    ['size < 40.5', true],
    ['time = 1.5', true],
    ['took = 0.5', true],
    ['took > 0.1 or error', true],
    ['error', false],
    ['not error', true],
    ['number', false],
    ['number = 1 or number != 1', false],
    ['remark ~ AGAIN', true],
    ['text ~ lovelace', true],
    ['text ~ "Ada \\""', false],
    [`text ~ '"Lovelace'`, true],
    ["text ~ 'Ada \\\"'", true],
    ['direction = client and connection = 3 and protocol = petrel', true],
    ['session', false],
    ['not (kind = REPLY and id = 8)', true],
    ['not kind = REPLY or id = 7', true],
    ['kind = PUSH and id = 7 or size = 40', true],
    ['kind = PUSH and (id = 7 or size = 40)', false],
    ['id = words', false],
    ['id != words', true],
    ["id = ''", false],
  ];
  for (const [expression, holds] of cases)
    it(`${holds ? 'shows' : 'hides'} by ${expression}`, () => expect(shows(expression)).toBe(holds));

  const wrong: readonly (readonly [string, RegExp, number])[] = [
    ['', /a field is expected/, 0],
    ['toString', /a field is expected: kind, verb/, 0],
    ['kind =', /a value is expected/, 6],
    ['kind = a kind = b', /"and", "or" or the end/, 9],
    ['(kind', /"\)" is expected/, 5],
    ['kind = "a', /not understood/, 6],
    ['and', /a field is expected/, 0],
    [`${'not '.repeat(200)}kind`, /too deeply/, 400],
  ];
  for (const [expression, message, at] of wrong) {
    it(`says where it is wrong: ${expression.slice(0, 20)}`, () => {
      let fault: unknown;
      try {
        shows(expression);
      } catch (error) {
        fault = error;
      }
      expect(fault).toBeInstanceOf(FilterError);
      expect(String(fault)).toMatch(message);
      expect(String(fault)).toContain(`at character ${at + 1} of`);
    });
  }
});
