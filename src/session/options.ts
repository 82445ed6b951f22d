/** How a session behaves, and what it says of itself in its HELLO. All times are milliseconds. */
import type { Inflate } from '../frame/pack.ts';
import { PayloadReader } from '../frame/payload.ts';
import type { HelloFields } from '../frame/types.ts';
import type { Encodable } from '../value/types.ts';
import { DEFAULT_LIMITS, resolveLimits, type Limits } from '../wire/limits.ts';
import type { Channel } from './channel.ts';
import type { Window } from './outbox.ts';

/** Deflates raw, with the dictionary of this number. */
export type Deflate = (frames: Uint8Array, dictionary: number) => Uint8Array;

/** Is told of frames on their way, while `Link.output` and `Link.receive` run: it says nothing to the session then. */
export interface Watch {
  /**
   * The command or push of this ticket is written whole on the link of now, in so many bytes; again on each further link that it
   * has to go on.
   */
  written(ticket: number, bytes: number): void;
  /** Bytes have come of a frame that is not whole yet: of an answer to the command of this ticket; undefined for anything else. */
  arriving(ticket: number | undefined): void;
}

export interface SessionOptions {
  /** What this side takes. [HELLO-7] */
  readonly limits?: Partial<Limits>;
  /** What this side can hold of frames that the application has not taken, at least 1. Default 1,024 frames, `maxPayload` bytes. */
  readonly window?: Partial<Window>;
  /** How long an ACK may wait for something to travel with. Default 1,000. [SESSION-8] */
  readonly ackDelay?: number;
  /**
   * An ACK travels with other frames only when half of its delay is over or a quarter of the window is taken: beside each write it
   * would take a seventh of the bytes of very short frames.
   */
  readonly lazyAcks?: boolean;
  /** Name and version, for the peer's logs. */
  readonly agent?: string;
  /** Optional features that this side has; those that both name are in force. */
  readonly capabilities?: readonly string[];
  /** Most frames, and bytes of frames, that wait for an acknowledgement; beyond them nothing new is taken. */
  readonly outbox?: Partial<Window>;
  /**
   * Most REPLYs, and bytes of REPLYs, that are held beside what `outbox` allows, for a peer that takes none: with more the session
   * ends. Default 16,384 frames, 4 times `maxPayload` bytes. [SESSION-24]
   */
  readonly replies?: Partial<Window>;
  /** A link that had nothing to write for so long sends a PING. Default 210,000; Infinity: never. */
  readonly pingInterval?: number;
  /**
   * A link on which an answer is due and no byte came for so long is dead. Default 8,000. Where it is an ACK, the peer is asked
   * by a PING when half of it has passed: it may only be slow to take. [SESSION-25]
   */
  readonly patience?: number;
  /** Within which the handshake must be done. Default 10,000. */
  readonly handshakeTimeout?: number;
  /** Within which a frame must be whole, and a second more for each `leastRate` bytes that came of it. Default 30,000. */
  readonly frameTimeout?: number;
  /** Fewest bytes a second of a frame that goes on for longer. Default 1,024. */
  readonly leastRate?: number;
  /** Within which a session that closes must be drained. Default 10,000. */
  readonly drainTimeout?: number;
  /** Inflates PACKs; left out, none is taken. */
  readonly inflate?: Inflate;
  /**
   * Deflates PACKs; left out, none is sent. What is written together shares one: give it only where the contents of
   * different senders may. [SESSION-17]
   */
  readonly deflate?: Deflate;
  /** Dictionaries that this side has, 0 for none; the first that both have is used. */
  readonly dictionaries?: readonly number[];
  /** Frames that come together to so many bytes are worth a PACK. Default 64. */
  readonly packFrom?: number;
  /**
   * The application says itself what it has taken, by `take`, when it is safe there. Default: what `poll` answers is
   * taken. Take a command before you answer it: one that was answered and not taken comes again after a crash.
   */
  readonly manualTake?: boolean;
  /** For who gives up what takes too long. Default: nobody is told. */
  readonly watch?: Watch;
  /** Values keep what plain JavaScript would lose, as `decode` with `lossless`. */
  readonly lossless?: boolean;
}

/** What the client says in its HELLO besides. */
export interface ClientOptions extends SessionOptions {
  /** Who the client is; its form is the deployment's. Needs TLS. [HELLO-10] */
  readonly credentials?: Encodable;
}

/** What a server does besides. */
export interface ServerOptions extends SessionOptions {
  /** How long a session without a link is kept. Default 300,000. [SESSION-22] */
  readonly keepFor?: number;
}

/** What a HELLO need not say. [HELLO-11] */
const USUAL = { ...DEFAULT_LIMITS, windowFrames: 1024, ackDelay: 1000 };

/** What both sides say of themselves; what is the registry's default is left out. */
export function helloOf({ limits, window, ackDelay, given }: Settings): HelloFields {
  const { agent, capabilities = [], inflate, dictionaries = [0] } = given;
  const fields = { ...limits, windowFrames: window.frames, ackDelay };
  const unusual = Object.entries(fields).filter(
    ([name, value]) => value !== USUAL[name as keyof typeof USUAL],
  );
  return {
    ...Object.fromEntries(unusual),
    ...(window.bytes !== limits.maxPayload && { windowBytes: window.bytes }),
    ...(capabilities.length > 0 && { capabilities }),
    ...(inflate !== undefined && { dictionaries }),
    ...(agent !== undefined && { agent }),
  };
}

/** Options with their defaults. */
export interface Settings {
  readonly limits: Limits;
  readonly window: Window;
  readonly outbox: Window;
  readonly replies: Window;
  readonly ackDelay: number;
  readonly pingInterval: number;
  readonly patience: number;
  readonly handshakeTimeout: number;
  readonly frameTimeout: number;
  readonly leastRate: number;
  readonly drainTimeout: number;
  readonly keepFor: number;
  readonly packFrom: number;
  readonly given: ClientOptions & ServerOptions;
  /** Reads what comes on links that are live. */
  readonly reader: PayloadReader;
  /** Who takes counted frames as they are. */
  readonly channel?: Channel;
}

/** @throws RangeError naming the option that is out of its range. */
export function settingsOf(given: ClientOptions & ServerOptions): Settings {
  const limits = resolveLimits(given.limits);
  const time = (name: TimeOption, otherwise: number): number =>
    atLeast(name, given[name] ?? otherwise, 0, Infinity);
  for (const id of given.dictionaries ?? []) whole('dictionaries', id, 0);
  return {
    limits,
    window: windowOf('window', { frames: 1024, bytes: Math.max(1, limits.maxPayload) }, given.window),
    outbox: windowOf('outbox', { frames: 4096, bytes: Math.max(1, 2 * limits.maxPayload) }, given.outbox),
    replies: windowOf(
      'replies',
      { frames: 16_384, bytes: Math.max(1, 4 * limits.maxPayload) },
      given.replies,
    ),
    ackDelay: whole('ackDelay', given.ackDelay ?? 1000, 0),
    pingInterval: time('pingInterval', 210_000),
    patience: time('patience', 8000),
    handshakeTimeout: time('handshakeTimeout', 10_000),
    frameTimeout: time('frameTimeout', 30_000),
    leastRate: atLeast('leastRate', given.leastRate ?? 1024, 1, Infinity),
    drainTimeout: time('drainTimeout', 10_000),
    keepFor: time('keepFor', 300_000),
    packFrom: atLeast('packFrom', given.packFrom ?? 64, 0, Infinity),
    given,
    reader: new PayloadReader({ limits, lossless: given.lossless ?? false }),
  };
}

type TimeOption =
  | 'pingInterval'
  | 'patience'
  | 'handshakeTimeout'
  | 'frameTimeout'
  | 'drainTimeout'
  | 'keepFor';

/** One frame and one byte at the least: with none nothing is ever sent. */
function windowOf(name: string, usual: Window, given: Partial<Window> | undefined): Window {
  const { frames, bytes } = { ...usual, ...given };
  return { frames: whole(`${name}.frames`, frames, 1), bytes: whole(`${name}.bytes`, bytes, 1) };
}

function whole(name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${name} must be a whole number, not ${value}`);
  return atLeast(name, value, least, Number.MAX_SAFE_INTEGER);
}

function atLeast(name: string, value: number, least: number, most: number): number {
  if (!(value >= least && value <= most))
    throw new RangeError(`${name} must be at least ${least}, not ${value}`);
  return value;
}
