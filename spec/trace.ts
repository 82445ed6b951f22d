/** A trace of a session, as the files of `spec/traces` have it. spec/README.md says what each input means. */
import type { Limits } from '../src/wire/index.ts';
import type { Hex, Notation } from './notation.ts';
import type { Fault } from './vector.ts';

export interface TraceFile {
  readonly about: string;
  readonly traces: readonly Trace[];
}

export interface Trace {
  readonly name: string;
  readonly rules: readonly string[];
  readonly role: 'client' | 'server';
  readonly options?: TraceOptions;
  /** Of a server: the random bytes that its tokens are made of, in order. */
  readonly random?: string;
  /** What deflate and inflate answer: nothing else is inflated. */
  readonly packs?: readonly { readonly frames: string; readonly deflated: string }[];
  readonly steps: readonly Step[];
}

interface TraceOptions {
  readonly limits?: Partial<Limits>;
  readonly window?: { readonly frames?: number; readonly bytes?: number };
  readonly outbox?: { readonly frames?: number; readonly bytes?: number };
  readonly replies?: { readonly frames?: number; readonly bytes?: number };
  readonly ackDelay?: number;
  readonly pingInterval?: number;
  readonly patience?: number;
  readonly handshakeTimeout?: number;
  readonly frameTimeout?: number;
  readonly leastRate?: number;
  readonly drainTimeout?: number;
  readonly keepFor?: number;
  readonly packFrom?: number;
  readonly dictionaries?: readonly number[];
  readonly capabilities?: readonly string[];
  readonly agent?: string;
  readonly credentials?: Notation;
  /** The side inflates, and deflates. */
  readonly inflates?: boolean;
  readonly deflates?: boolean;
  readonly manualTake?: boolean;
}

/** One input at a time, and all that follows from it. */
export interface Step {
  readonly at: number;
  readonly do: Input;
  /** The frames that are written then, by link, in order. */
  readonly out?: { readonly [link: string]: readonly string[] };
  /** Links whose transports are to be closed once that is written. */
  readonly over?: readonly string[];
  readonly events?: readonly EventNotation[];
  /** When time wants to be told next, null for never; left out where a trace is not about time. */
  readonly next?: number | null;
  /** The call fails, and changes nothing; or there is no room for it. */
  readonly fails?: true;
  readonly refused?: true;
  /** Whether the application asks for events after this step; otherwise they wait. */
  readonly polls?: false;
}

export type Input =
  | { readonly connect: string; readonly once?: true }
  | { readonly receive: string; readonly hex: readonly Hex[] }
  | { readonly lost: string }
  | { readonly accept: string }
  | { readonly refuse: string; readonly code?: number; readonly text?: string; readonly after?: number }
  | {
      readonly command: string;
      readonly args: readonly Notation[];
      readonly as: string;
      readonly repeatable?: true;
      readonly deadline?: number;
    }
  | { readonly push: string; readonly args: readonly Notation[]; readonly as: string; readonly news?: string }
  | { readonly reply: string; readonly value: Notation }
  | { readonly part: string; readonly value: Notation }
  | { readonly cancel: string }
  | { readonly ping: true }
  | { readonly take: number }
  | { readonly close: Closing }
  | { readonly abort: Closing }
  | { readonly wait: true };

interface Closing {
  readonly code?: number;
  readonly text?: string;
  readonly after?: number;
}

/** An event: its type and fields. A fault has its code, offset and rule. */
export interface EventNotation {
  readonly type: string;
  readonly error?: Fault;
  readonly [field: string]: unknown;
}
