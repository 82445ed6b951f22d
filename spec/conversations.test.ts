/** Holds the conversations of PROTOCOL.md's session chapter and the traces that they are together. */
import { describe, expect, it } from 'vitest';
import { printText } from '../src/text/index.ts';
import { tables } from './document.ts';
import { unhex } from './notation.ts';
import { traces } from './traces.ts';
import type { Trace } from './trace.ts';

const TITLE = /^Conversation: /;
const shown = tables().filter(({ heading }) => TITLE.test(heading));

/** Each frame that a trace shows, as the page writes it. */
function rowsOf({ role, steps }: Trace): Record<string, string>[] {
  const [us, them] = role === 'client' ? ['C', 'S'] : ['S', 'C'];
  return steps.flatMap(({ do: input, out = {} }) => [
    ...('receive' in input ? input.hex.map((hex) => row(input.receive, them, hex as string)) : []),
    ...Object.entries(out).flatMap(([link, frames]) => frames.map((hex) => row(link, us, hex))),
  ]);
}

function row(link: string, who: string, hex: string): Record<string, string> {
  const spaced = hex.toUpperCase().match(/../g)!.join(' ');
  return { Link: link, Who: who, Hex: spaced, Meaning: printText(unhex(hex)).trim() };
}

describe('PROTOCOL.md shows', () => {
  it('conversations', () => expect(shown.length).toBeGreaterThan(3));

  it.each(shown.map((table) => [table.heading, table.rows] as const))('a trace: %s', (heading, rows) => {
    const trace = traces.find(({ name }) => name === heading.replace(TITLE, ''));
    expect(rows).toEqual(rowsOf(trace!));
  });
});
