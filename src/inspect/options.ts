/** What an inspection can be asked for. */
import type { MessageIds } from '../envelope/message-ids.ts';
import type { Limits } from '../wire/limits.ts';

/** What rows show, and by which limits. Every option has a default. */
export interface InspectOptions {
  /** The receiver's limits; what is left out has its default. */
  readonly limits?: Partial<Limits>;
  /** Show credentials, session tokens and the passwords of commands. Default false: each is one row that hides its bytes. */
  readonly showSecrets?: boolean;
  /** Most UTF-16 units of a text that a row's meaning shows. Default 200. */
  readonly textUnits?: number;
  /** The types of messages in values, shown by the names of their fields. Of others rows show field numbers, and guesses. */
  readonly messages?: MessageIds;
  /**
   * Inflates the bytes of a PACK: raw deflate that comes to `length` bytes, and it need not make more than one more.
   * Answers undefined when it does not have the dictionary; throws for what is no deflate. Left out, PACKs stay closed.
   */
  readonly inflate?: (
    deflated: Uint8Array,
    dictionary: number | bigint,
    length: number,
  ) => Uint8Array | undefined;
}

const TEXT_UNITS = 200;

/** Options with every default filled in. */
export interface Settings extends InspectOptions {
  readonly limits: Partial<Limits>;
  readonly showSecrets: boolean;
  readonly textUnits: number;
}

/** @throws RangeError when `textUnits` is not at least 1. */
export function settle(options: InspectOptions): Settings {
  const { limits = {}, showSecrets = false, textUnits = TEXT_UNITS } = options;
  if (!(textUnits >= 1)) throw new RangeError(`textUnits must be at least 1, not ${String(textUnits)}`);
  return { ...options, limits, showSecrets, textUnits };
}
