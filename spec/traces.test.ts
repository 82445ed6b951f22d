/** Runs every trace against the sources. */
import { describe, expect, it } from 'vitest';
import { statedRules } from './document.ts';
import { traceFailure } from './run-traces.ts';
import { faultsIn, traceFiles, traces } from './traces.ts';

describe.each(traceFiles)('%s', (_name, file) => {
  it.each(file.traces.map((trace) => [trace.name, trace] as const))('%s', (_title, trace) => {
    expect(traceFailure(trace)).toBeUndefined();
  });
});

/** What the application decides, and no session can. */
const NOT_TRACED = new Set(['SESSION-17']);

describe('the traces', () => {
  const named = new Set(traces.flatMap(({ rules }) => rules));

  it('each have a name of their own', () => {
    expect(new Set(traces.map(({ name }) => name)).size).toBe(traces.length);
  });

  const rules = statedRules().filter((rule) => /^SESSION-|^HELLO-(1|5|10|11)$/.test(rule));
  it.each(rules.filter((rule) => !NOT_TRACED.has(rule)))('test %s', (rule) => {
    expect(named).toContain(rule);
  });

  it('name the rule of each fault that they report', () => {
    const unnamed = traces.filter((trace) => {
      // a payload's own fault is incidental where the trace is about what becomes of its frame
      const framing = faultsIn(trace).filter(({ rule }) => /^(SESSION|HELLO)-/.test(rule));
      return framing.some(({ rule }) => !trace.rules.includes(rule));
    });
    expect(unnamed.map(({ name }) => name)).toEqual([]);
  });

  it('fail where what comes out is not what they say', () => {
    const [trace] = traces;
    const other = { ...trace!, steps: trace!.steps.map((step) => ({ ...step, out: {} })) };
    expect(traceFailure(other)).toMatch(/^step 1, connect at 0, out: expected/);
  });
});
