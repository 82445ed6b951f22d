import { expect, it } from 'vitest';
import type { Endpoint } from '../policy/index.ts';
import { Standing } from './standing.ts';

const HERE: Endpoint = { address: '192.0.2.1', port: 1, transport: 'tcp' };

function told(act: (standing: Standing) => void): string[] {
  const states: string[] = [];
  act(
    new Standing((state) => {
      states.push(state.state === 'online' && state.fresh ? 'online anew' : state.state);
    }),
  );
  return states;
}

it('tells each change once, and of each link whether a session began with it', () => {
  const states = told((standing) => {
    standing.dialling();
    standing.dialling();
    standing.begun();
    standing.online(HERE, []);
    standing.online(HERE, []);
    standing.offline(5, []);
    standing.offline(4, []);
    expect(standing.endpoint).toBeUndefined();
    standing.closed(0, '');
  });
  expect(states).toEqual(['dialling', 'online anew', 'online', 'offline', 'closed']);
});

it('is online again where a dial has brought nothing better, and only there', () => {
  const states = told((standing) => {
    standing.goesOn([]);
    standing.online(HERE, []);
    standing.goesOn([]);
    standing.dialling();
    standing.goesOn([]);
    expect(standing.endpoint).toBe(HERE);
  });
  expect(states).toEqual(['online', 'dialling', 'online']);
});
