import { describe, expect, it } from 'vitest';
import { CLIENT, following, SERVER, STEPS, type SessionState, type SessionStep } from './states.ts';

const STATES: readonly SessionState[] = [
  'idle',
  'greeting',
  'open',
  'broken',
  'resuming',
  'draining',
  'closed',
];
const steps = Object.keys(STEPS) as SessionStep[];

describe.each([
  ['client', CLIENT],
  ['server', SERVER],
] as const)('the table of a %s', (_role, table) => {
  const rows = new Map(table.map(([from, step, to]) => [`${from} ${step}`, to]));
  const all = STATES.flatMap((state) => steps.map((step) => [state, step] as const));

  it('has each row once', () => expect(rows.size).toBe(table.length));

  it.each(all)('answers %s, %s as it says, or refuses it', (state, step) => {
    const to = rows.get(`${state} ${step}`);
    let found: string;
    try {
      found = following(table, state, step);
    } catch (error) {
      found = (error as Error).message;
    }
    expect(found).toBe(to ?? `a session that is ${state} knows no ${step}`);
  });

  it('leads nowhere from closed, and to closed from everywhere', () => {
    expect(table.filter(([from]) => from === 'closed')).toEqual([]);
    const open = new Set(table.map(([from]) => from));
    const ended = new Set<SessionState>(['closed']);
    for (let size = 0; size !== ended.size;) {
      size = ended.size;
      for (const [from, , to] of table) if (ended.has(to)) ended.add(from);
    }
    expect([...open].filter((state) => !ended.has(state))).toEqual([]);
  });

  it('reaches every state that it has from idle', () => {
    const reached = new Set<SessionState>(['idle']);
    for (const _ of table) for (const [from, , to] of table) if (reached.has(from)) reached.add(to);
    expect(table.filter(([from]) => !reached.has(from))).toEqual([]);
  });
});
