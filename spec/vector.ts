/** A test vector, as the files have it. spec/README.md says what each input means. */
import type { BridgeOptions } from '../src/bridge/index.ts';
import type { HelloFields } from '../src/frame/handshake.ts';
import type { Limits } from '../src/wire/index.ts';
import type { MessageNotation } from './messages.ts';
import type { Step } from './run-bridge.ts';
import type { FrameNotation, Hex, Notation } from './notation.ts';

export interface Fault {
  readonly code: string;
  readonly offset: number;
  readonly rule: string;
}

export interface Vector {
  readonly name: string;
  readonly rules: readonly string[];
  readonly hex?: Hex;
  readonly limits?: Partial<Limits>;
  readonly value?: Notation;
  readonly frame?: FrameNotation;
  /** The name of the message's type, among the file's. */
  readonly type?: string;
  readonly message?: MessageNotation;
  /** What a writer makes of the message, where it differs from `hex`. */
  readonly written?: Hex;
  readonly frames?: readonly FrameNotation[];
  readonly inflated?: Hex;
  /** The bytes of a PACK's dictionary, where it is not registered. */
  readonly preset?: string;
  /** Positive: whether the bytes are canonical. Negative: whether the reader demands it. */
  readonly canonical?: boolean;
  readonly plain?: boolean;
  readonly error?: Fault;
  readonly refused?: true;
  /** Of RESP: the canonical Petrel bytes of each reply; the bytes that they give when RESP's own are spelled otherwise. */
  readonly petrel?: readonly Hex[];
  readonly back?: Hex;
  readonly commands?: readonly CommandNotation[];
  /** Who speaks RESP. */
  readonly side?: 'client' | 'server';
  /** Of a bridge: which half, what it is told, what its peer's HELLO says, whether the handshake is over before the steps. */
  readonly half?: 'client' | 'server';
  readonly options?: BridgeOptions;
  readonly peer?: HelloFields;
  readonly handshake?: false;
  readonly steps?: readonly Step[];
}

/** The parts of a command, texts or bytes; or the line of an inline one. */
type CommandNotation = readonly Notation[] | { readonly inline: Notation };
