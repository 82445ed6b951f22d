/** Judging how a reader ended. */
import codes from '../spec/codes.json' with { type: 'json' };
import { ProtocolError } from '../src/wire/index.ts';

const REGISTERED = new Map(codes.errorCodes.map((entry) => [entry.code, entry]));

/**
 * Runs a reader over an input of this many bytes.
 * @returns what it answered, or the fault it threw.
 * @throws Error when it threw anything else, or a fault that is not registered, or that points outside the input.
 */
export function attempt<T>(length: number, read: () => T): { value: T } | { fault: ProtocolError } {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof ProtocolError))
      throw new Error(`no ProtocolError: ${String(error)}`, { cause: error });
    demandRegistered(error, length);
    return { fault: error };
  }
}

function demandRegistered(fault: ProtocolError, length: number): void {
  const entry = REGISTERED.get(fault.code);
  if (entry === undefined) throw new Error(`${fault.code} is not registered`);
  if (!entry.rules.includes(fault.rule)) throw new Error(`${fault.code} is not registered for ${fault.rule}`);
  if (entry.class !== fault.class)
    throw new Error(`${fault.code} is of the class ${entry.class}, not ${fault.class}`);
  if (!Number.isInteger(fault.offset) || fault.offset < 0 || fault.offset > length)
    throw new Error(`${fault.message}: the input has ${length} bytes`);
  if (/\p{Cc}/u.test(fault.message)) throw new Error('a control character in a message');
}

/** How a reader ended, as text: to compare two of them. */
export function outcome(length: number, read: () => string): string {
  const ended = attempt(length, read);
  return 'value' in ended ? ended.value : ended.fault.message;
}
