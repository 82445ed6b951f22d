/** One side of a session: whose it is, and what its application has to write in. */
import type { ClientSession, ServerSession } from '../../src/session/index.ts';
import type { Shared } from './app.ts';
import type { Disk } from './disk.ts';

export interface Party {
  readonly shared: Shared;
  readonly side: 'client' | 'server';
  /** The client's. */
  readonly name: string;
  readonly session: ClientSession | ServerSession;
  readonly disk: Disk | undefined;
  /** What has a reply already: a store, which outlives sessions. */
  readonly store: Map<string, string>;
  /** Whether it closes for good: then all that is under way gets the time that it needs. */
  readonly leaving: () => boolean;
}

/** Whose words these are, in the ledger. */
export function fromOf({ name, side }: Party): string {
  return `${name} ${side}`;
}
