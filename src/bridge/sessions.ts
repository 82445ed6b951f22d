/** The sessions of a listener's server halves: a link that comes may go on with that of another. */
import { Acceptor } from '../session/acceptor.ts';
import type { Random, ServerSession } from '../session/server.ts';
import { resolveSettings, sessionOptions, type BridgeOptions, type Settings } from './options.ts';
import type { ServerHalf } from './server.ts';

export class Sessions {
  readonly acceptor: Acceptor;
  readonly settings: Settings;
  /** By session, the half that has it. */
  readonly halves: Map<ServerSession, ServerHalf> = new Map<ServerSession, ServerHalf>();

  /** @param random unguessable bytes, for tokens. @throws RangeError for options out of range. */
  constructor(options: BridgeOptions, random: Random) {
    this.settings = resolveSettings(options);
    this.acceptor = new Acceptor(sessionOptions(this.settings), random);
  }
}
