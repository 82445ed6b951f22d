/** Where the link of a client stands, and what is told of it: each change once. */
import type { AttemptReport, Endpoint } from '../policy/index.ts';
import type { LinkState } from './link-state.ts';

export class Standing {
  /** Where the link stands, if there is one. */
  endpoint: Endpoint | undefined;
  private readonly told: (state: LinkState) => void;
  private latest: LinkState['state'] = 'closed';
  /** Whether a session has begun since a link was told of. */
  private fresh = false;

  constructor(told: (state: LinkState) => void) {
    this.told = told;
  }

  /** Another session has begun. */
  begun(): void {
    this.fresh = true;
  }

  dialling(): void {
    this.say({ state: 'dialling' });
  }

  online(endpoint: Endpoint, attempts: readonly AttemptReport[]): void {
    const { fresh } = this;
    this.endpoint = endpoint;
    this.fresh = false;
    this.say({ state: 'online', endpoint, fresh, attempts });
  }

  /** The dial has brought no other link: the one of before goes on. */
  goesOn(attempts: readonly AttemptReport[]): void {
    if (this.endpoint !== undefined && this.latest === 'dialling') this.online(this.endpoint, attempts);
  }

  offline(redialIn: number, attempts: readonly AttemptReport[]): void {
    this.endpoint = undefined;
    this.say({ state: 'offline', redialIn, attempts });
  }

  closed(code: number, text: string): void {
    this.endpoint = undefined;
    this.say({ state: 'closed', code, text });
  }

  private say(state: LinkState): void {
    if (state.state === this.latest && state.state !== 'online') return;
    this.latest = state.state;
    this.told(state);
  }
}
