/** What a bridge's halves can be told, and what they take where nothing is said. */
import type { ServerOptions } from '../session/options.ts';
import { DEFAULT_LIMITS, resolveLimits, type Limits } from '../wire/limits.ts';

/** How one half of a bridge works. Bytes and counts are whole numbers from 1 on, times milliseconds. */
export interface BridgeOptions {
  /** What is read of RESP and of the link, and told to the peer. [HELLO-7] */
  readonly limits?: Partial<Limits>;
  /** What the peer may send without our acknowledgement. Defaults 1 MiB and 4,096. [SESSION-9] */
  readonly windowBytes?: number;
  readonly windowFrames?: number;
  /** How long an ACK may wait. Default 1,000. [SESSION-8] */
  readonly ackDelay?: number;
  /** Most commands that await their replies: then no more are read. Default 65,536. */
  readonly maxPending?: number;
  /** Most bytes of replies that are held until their turn; more ends the link. Default 16 MiB. */
  readonly maxHeld?: number;
  /** Most channels, patterns and shard channels of one connection. Default 1,048,576. */
  readonly maxSubscriptions?: number;
  /** So much silence is followed by a PING. Default 15,000. */
  readonly pingAfter?: number;
  /** After so much silence the peer is taken for dead. Default 45,000. */
  readonly deadAfter?: number;
  /** The handshake has to be over by then. Default 5,000. [LIMIT-6] */
  readonly helloWithin?: number;
  /** So long a link that was cut is missed: then its session is given up. Default 60,000. [SESSION-22] */
  readonly resumeWithin?: number;
  /** Milliseconds until the next link is wanted, when so many in a row have not stood. Default: 0, 50, twice as much with each, at most 2,000. */
  readonly redialAfter?: (failures: number) => number;
  /** What errors call the side that this half connects to, its address say: `the server 127.0.0.1:6379`. Default none. */
  readonly to?: string;
  /** Name and version of the program, for the peer's logs. */
  readonly agent?: string;
}

export interface Settings extends Required<Omit<BridgeOptions, 'limits'>> {
  readonly limits: Limits;
}

const DEFAULTS: Settings = {
  limits: DEFAULT_LIMITS,
  windowBytes: 1 << 20,
  windowFrames: 4096,
  ackDelay: 1000,
  maxPending: 65_536,
  maxHeld: 1 << 24,
  maxSubscriptions: 1 << 20,
  pingAfter: 15_000,
  deadAfter: 45_000,
  helloWithin: 5000,
  resumeWithin: 60_000,
  redialAfter: (failures) => (failures === 0 ? 0 : Math.min(2000, 25 * 2 ** Math.min(failures, 10))),
  to: '',
  agent: 'petrel bridge',
};

/**
 * How long an answer is waited for, so that silence is noticed by `deadAfter`: the last that a half writes of itself may be an ACK, held
 * back as long as that may be, and the PING comes after that.
 */
function patienceOf({ pingAfter, deadAfter, ackDelay }: Settings): number {
  const left = deadAfter - pingAfter;
  return Math.max(1, Math.ceil(left - Math.min(ackDelay, left / 2)));
}

/** What the session of a half is told. */
export function sessionOptions(settings: Settings): ServerOptions {
  const { limits, windowBytes, windowFrames, ackDelay, agent, pingAfter, helloWithin, resumeWithin } = settings;
  return {
    limits,
    window: { frames: windowFrames, bytes: windowBytes },
    ackDelay,
    lazyAcks: true,
    agent,
    pingInterval: pingAfter,
    patience: patienceOf(settings),
    handshakeTimeout: helloWithin,
    keepFor: resumeWithin,
    drainTimeout: resumeWithin,
  };
} // prettier-ignore

/** @throws RangeError naming the option that is out of its range. */
export function resolveSettings({ limits, ...options }: BridgeOptions = {}): Settings {
  const settings = { ...DEFAULTS, ...options, limits: resolveLimits(limits) };
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === 'number' && !(Number.isSafeInteger(value) && value > 0))
      throw new RangeError(`${name} must be a whole number from 1 on, not ${value}`);
  }
  return settings;
}
