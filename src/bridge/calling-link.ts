/** The link of a half that calls the other one: when it is cut, it calls again. [RESP-15] */
import { CloseCode } from '../frame/close-code.ts';
import { ClientSession } from '../session/client.ts';
import type { Cut } from '../session/events.ts';
import type { Link as SessionLink } from '../session/link.ts';
import type { Closing } from '../session/session-core.ts';
import { Link, type LinkUser } from './link.ts';
import { sessionOptions, type Settings } from './options.ts';
import { Redial } from './redial.ts';
import { called, IS_IT } from './words.ts';

export class CallingLink extends Link {
  protected readonly session: ClientSession;
  protected transport: SessionLink;
  private readonly redial: Redial;
  /** There was no transport yet: nobody can be late with an answer. */
  private absent: boolean;

  /** @param stands whether there is a transport for the first link, or will be at once. */
  constructor(settings: Settings, user: LinkUser, now: number, stands: boolean) {
    super(settings, user);
    this.redial = new Redial(settings);
    this.session = new ClientSession(sessionOptions(settings), undefined, this);
    this.transport = this.session.connect(now);
    this.absent = this.blocked = !stands;
    if (!stands) this.redial.first(now);
  }

  /** Whether a further transport is to be opened now; says so once. Then call `connect`, or `refused` where none stands. */
  dials(now: number): boolean {
    return this.redial.isDue(now);
  }

  /** The transport that was wanted stands. */
  connect(now: number): void {
    this.absent = this.blocked = false;
    if (this.session.state !== 'closed') this.transport = this.session.connect(now);
  }

  /** The transport that was wanted does not stand. */
  refused(reason: string, now: number): void {
    if (!this.stood) return this.fail(CloseCode.INTERNAL, `can't reach ${this.peer} (${reason})`);
    if (this.ending !== undefined) return undefined;
    this.missing = reason;
    return this.redial.again(now);
  }

  override tick(now: number): void {
    if (this.absent) return;
    if (this.redial.isHopeless(now)) this.giveUp();
    super.tick(now);
  }

  override get deadline(): number {
    const { deadline } = this.redial;
    return this.absent ? deadline : Math.min(super.deadline, deadline);
  }

  private giveUp(): void {
    this.session.abort();
    this.fail(CloseCode.TIMEOUT, `the other half is lost (${this.missing})`);
  }

  protected abort(closing: Closing): void {
    this.session.abort(closing);
  }

  protected resumed(): void {
    this.redial.stands();
  }

  protected missed({ after }: Cut, now: number): void {
    this.redial.again(now, Number(after ?? 0));
  }

  protected override ended(): void {
    this.redial.stop();
  }

  protected unanswered({ why }: Cut, reason: string): string {
    const { peer } = this;
    if (why === 'slow' || why === 'silent') return `${peer} does not answer; ${IS_IT}`;
    if (why !== 'lost') return reason;
    const wasThere = this.heard || this.missing === '';
    return wasThere ? `${peer} ended the link before it answered; ${IS_IT}` : `can't reach ${peer} (${reason})`;
  } // prettier-ignore

  private get peer(): string {
    return called('the other half', this.settings.to);
  }
}
