/** Commands of RESP as COMMAND frames, and back. [RESP-12] */
import type { Command, Uint64 } from '../frame/types.ts';
import type { RespCommand } from '../resp/commands.ts';
import { RespType } from '../resp/types.ts';
import type { Encodable } from '../value/types.ts';
import { refused } from './refused.ts';
import { isString, isVerb, RESP_VERB } from './verbs.ts';

/** A command without its place in a stream: what it says. */
export type CommandParts = Pick<RespCommand, 'parts' | 'inline'>;

const LF = 0x0a;

/**
 * The frame that carries a command.
 * @param command as `RespCommandReader` answers it: parts that are UTF-8 are texts.
 * @param id the request's id, from 1 on.
 */
export function commandFrame({ parts, inline }: CommandParts, id: Uint64): Command {
  const [name] = parts;
  if (!inline && isVerb(name)) return { kind: 'COMMAND', id, verb: name as string, args: parts.slice(1) };
  return { kind: 'COMMAND', id, verb: RESP_VERB, args: [inline ? name! : parts] };
}

/**
 * The command that a frame carries.
 * @throws ProtocolError RESP_UNSUPPORTED, its offset 0, for arguments that are no strings, and for what `commandFrame` would
 *   have carried otherwise. [RESP-14]
 */
export function commandOf({ verb, args }: Command): CommandParts {
  if (verb !== RESP_VERB) return { parts: [verb, ...strings(args, ['COMMAND', 'args'])], inline: false };
  const [only] = args;
  if (args.length !== 1) throw refused(0, 'the verb RESP has one argument', ['COMMAND', 'args']);
  const path = ['COMMAND', 'args', 0];
  if (isString(only)) {
    if (!isInline(only)) throw refused(0, 'an inline command is one line, and begins with no *', path);
    return { parts: [only], inline: true };
  }
  if (!Array.isArray(only)) throw refused(0, 'the verb RESP has an array, a text or bytes', path);
  const parts = strings(only as readonly Encodable[], path);
  if (isVerb(parts[0])) throw refused(0, "the command's name goes as its verb", [...path, 0]);
  return { parts, inline: false };
}

function strings(
  items: readonly Encodable[],
  path: readonly (string | number)[],
): readonly (string | Uint8Array)[] {
  const odd = items.findIndex((item) => !isString(item));
  if (odd >= 0) throw refused(0, 'a part of a command is a text or bytes', [...path, odd]);
  return items as readonly (string | Uint8Array)[];
}

/** Whether a reader of commands takes a line for an inline command, and for one. [RESP-6] */
function isInline(line: string | Uint8Array): boolean {
  if (typeof line === 'string') return !line.includes('\n') && !line.startsWith('*');
  return !line.includes(LF) && line[0] !== RespType.Array;
}
