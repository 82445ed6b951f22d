/** Holds the figures of PROTOCOL.md, appendix E, and those of the code together: neither has one that the other has not. */
import { describe, expect, it } from 'vitest';
import { tables } from '../../../spec/document.ts';
import * as policy from './index.ts';

const FIGURES: Readonly<Record<string, readonly object[]>> = {
  'Figures of the race': [policy.RACE_DEFAULTS],
  'Figures of dial times': [policy.DIAL_TIME_DEFAULTS],
  'Figures of a dial': [policy.DIAL_DEFAULTS, policy.ENDPOINT_DEFAULTS],
  'Figures of history and bans': [policy.PAST_DEFAULTS, policy.HISTORY_DEFAULTS],
  'Figures of forgetting': [policy.VISIT_DEFAULTS, policy.LABEL_DEFAULTS],
  'Figures of latency': [policy.NEAREST_DEFAULTS],
  'Figures of the heartbeat': [policy.INTERVAL_DEFAULTS, policy.HEARTBEAT_DEFAULTS],
  'Figures of pacing': [policy.ACTIVITY_DEFAULTS, policy.PACING_DEFAULTS],
  'Figures of budgets': [policy.BUDGET_DEFAULTS],
  'Figures of timeouts': [policy.TIMEOUT_DEFAULTS],
};

/** Names with dots, and their figures. */
function flat(figures: object, prefix = ''): [name: string, figure: string][] {
  return Object.entries(figures).flatMap(([name, figure]) =>
    typeof figure === 'object'
      ? flat(figure as object, `${prefix}${name}.`)
      : [[prefix + name, String(figure)]],
  );
}

const documented = tables().filter(({ heading }) => heading.startsWith('Figures of'));
const sorted = (rows: (string | undefined)[][]): string[] => rows.map((row) => row.join(' = ')).toSorted();

describe('appendix E of PROTOCOL.md', () => {
  it('has a table for each group of defaults, and every group is exported', () => {
    expect(documented.map(({ heading }) => heading)).toEqual(Object.keys(FIGURES));
    const exported = Object.entries(policy).filter(([name]) => name.endsWith('_DEFAULTS'));
    expect(new Set(Object.values(FIGURES).flat())).toEqual(new Set(exported.map(([, value]) => value)));
  });

  it.each(documented)('has the $heading as the code has them', ({ heading, rows }) => {
    const ours = FIGURES[heading]!.flatMap((figures) => flat(figures));
    expect(sorted(rows.map(({ Name, Default }) => [Name, Default]))).toEqual(sorted(ours));
  });

  it.each(documented)('gives a reason where the $heading are not those of Mars', ({ rows }) => {
    const unexplained = rows.filter(({ Default, Mars, Why }) => Default !== Mars && Why === '');
    expect(unexplained).toEqual([]);
  });
});
