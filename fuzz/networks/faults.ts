/** How a way through the network fails: what becomes of the connections that stand, and of new ones until it is well again. */

/**
 * `held`: nothing passes until the way is well, then all that was held, also what its sender has given up long ago. `gone`: nothing
 * ever passes any more, and nobody is told; with a direction, that way only. `fin`, `rst`: both ends are told.
 */
export type Standing = 'held' | 'gone' | 'gone up' | 'gone down' | 'fin' | 'rst';

/** `silent`: they stand, and nothing passes. */
export type Passage = 'open' | 'silent' | 'refused';

export interface Fault {
  readonly name: string;
  readonly standing: Standing;
  readonly fresh: Passage;
}

export const FAULTS: readonly Fault[] = [
  { name: 'an outage, after which old bytes arrive', standing: 'held', fresh: 'silent' },
  { name: 'a NAT that forgets the connection', standing: 'gone', fresh: 'open' },
  { name: 'a black hole', standing: 'gone', fresh: 'silent' },
  { name: 'a port that is blocked from now on', standing: 'gone', fresh: 'refused' },
  { name: 'nothing goes up any more', standing: 'gone up', fresh: 'open' },
  { name: 'nothing comes down any more', standing: 'gone down', fresh: 'open' },
  { name: 'a cut that is told, and then refusals', standing: 'fin', fresh: 'refused' },
  { name: 'a reset', standing: 'rst', fresh: 'open' },
];

/** Whether nobody is told of it. */
export function isSilent({ standing }: Fault): boolean {
  return standing !== 'fin' && standing !== 'rst';
}
