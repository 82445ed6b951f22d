/** The rules of transports: no vector can hold them, so each has a test on real sockets that names it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALPN, CONTENT_TYPE, MESSAGE_BYTES, SUBPROTOCOL } from '../src/link/transport/transport.ts';
import { PROTOCOL, statedRules, tables } from './document.ts';

const folder = new URL('../src/link/', import.meta.url);
const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .join('\n');

describe('the rules of transports', () => {
  const rules = statedRules().filter((rule) => rule.startsWith('TRANSPORT-'));

  it('are numbered without a gap', () => {
    expect(rules).toEqual(rules.map((_, i) => `TRANSPORT-${i + 1}`));
    expect(rules.length).toBeGreaterThan(0);
  });

  it.each(rules)('%s is named by a test', (rule) => {
    expect(tests).toContain(`[${rule}]`);
  });

  it('have the names that the code has', () => {
    const names = tables()
      .find(({ heading }) => heading === 'Transports')!
      .rows.map((row) => row['Name']);
    expect(names).toEqual(['-', ALPN, SUBPROTOCOL, CONTENT_TYPE]);
    expect(PROTOCOL).toContain(`longer than ${MESSAGE_BYTES.toLocaleString('en')} bytes`);
  });
});
