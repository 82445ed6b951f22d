/** Standard input as lines: commands for a script. */
import { readTextChunks } from '../io.ts';
import { CommandError, Exit } from '../exit.ts';

/** Longest line, in UTF-16 units: more than any command takes. */
const LONGEST = 1 << 26;

/** Lines as they come, the last also without an end. @throws CommandError for what is no UTF-8, LIMIT for a line that never ends. */
export async function* linesOf(file: string | undefined): AsyncGenerator<string, void, void> {
  let held: string[] = [];
  let length = 0;
  for await (const chunk of readTextChunks(file)) {
    const [first = '', ...rest] = chunk.split('\n');
    held.push(first);
    length += first.length;
    if (length > LONGEST) throw new CommandError('a line without an end', Exit.LIMIT);
    for (const next of rest) {
      yield held.join('').replace(/\r$/, '');
      held = [next];
      length = next.length;
    }
  }
  if (length > 0) yield held.join('');
}
