/** A rule's Markdown on a terminal: paragraphs broken anew, everything else as it is. */
import { wrap } from '../inspect/cells.ts';
import type { Style } from '../style.ts';

/** The lines of a text, at most `width` cells long where they can be broken. */
export function renderMarkdown(text: string, width: number, style: Style): string[] {
  const lines: string[] = [];
  for (const block of text.split(/\n{2,}/)) {
    if (lines.length > 0) lines.push('');
    lines.push(...(isProse(block) ? proseLines(block, width) : block.split('\n').map(plain)));
  }
  return lines.map((line) => paint(line, style));
}

/** Tables, lists and code keep their lines. */
function isProse(block: string): boolean {
  return !/^(\||- |\d+\. |```| {4})/.test(block);
}

function proseLines(block: string, width: number): string[] {
  return wrap(plain(block.replaceAll('\n', ' ')), width);
}

/** Links lead nowhere on a terminal. */
function plain(text: string): string {
  return text.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1');
}

function paint(line: string, style: Style): string {
  return line
    .replace(/\b(?:MUST|SHOULD|MAY)(?: NOT)?\b/g, (word) => style('strong', word))
    .replace(/`[^`]+`/g, (code) => style('value', code));
}
