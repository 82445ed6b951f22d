/** Protobuf's JSON to a message's bytes. */
import { encodeMessage } from 'petrel/message';
import type { JsonReadOptions } from 'petrel/protojson';
import { CommandError, Exit } from '../exit.ts';
import { messageFromText } from './json.ts';
import type { Target } from './target.ts';

/**
 * The bytes of the message that a JSON text is.
 * @throws CommandError where the text is no such message, or lacks what the type requires.
 */
export function bytesFromText(
  { type, registry }: Target,
  text: string,
  options: JsonReadOptions,
): Uint8Array {
  const message = messageFromText(type, text, { ...options, registry });
  try {
    return encodeMessage(type, message);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError)
      throw new CommandError(`${type.name}: ${error.message}`, Exit.MALFORMED);
    throw error;
  }
}
