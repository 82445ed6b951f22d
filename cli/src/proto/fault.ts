/** A fault in a message's bytes, for people: what is wrong, and the bytes around it with a caret under the one at fault. */
import type { ProtocolError } from 'petrel';
import { CommandError, exitCodeOf } from '../exit.ts';

const PER_LINE = 16;

/** @param bytes of the message; the fault's offset counts from the first one. `shift`: where they begin in the input. */
export function messageFault(fault: ProtocolError, bytes: Uint8Array, shift = 0): CommandError {
  const { message } = fault.moved(shift);
  return new CommandError(`${message}\n${excerpt(fault.offset, bytes, shift)}`, exitCodeOf(fault));
}

/** The line of hex that holds the byte at `offset`, or the last one when it lies behind. */
function excerpt(offset: number, bytes: Uint8Array, shift: number): string {
  const last = Math.max(0, bytes.length - 1);
  const start = Math.min(offset, last) - (Math.min(offset, last) % PER_LINE);
  const line = bytes.subarray(start, start + PER_LINE);
  const hex = Array.from(line, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const address = `  ${(shift + start).toString(16).padStart(6, '0')}  `;
  return `${address}${hex}\n${' '.repeat(address.length + 3 * (offset - start))}${offset < bytes.length ? '^^' : '^'}`;
}
