/** Text in columns of a terminal: how wide it is, and how it is broken. */

/** What takes two cells: ideographs, kana, Hangul, full-width forms, most emoji. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;
const ZERO = /[\p{Mn}\p{Me}]/u;

/** Cells that a text takes on a terminal; it holds no control character. */
export function cells(text: string): number {
  let width = 0;
  for (const character of text) width += cellsOf(character);
  return width;
}

function cellsOf(character: string): number {
  if (character < '\u0300') return 1;
  if (ZERO.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** The text with blanks after it, up to `width` cells. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cells(text)));
}

/** The text in lines of at most `width` cells, broken at blanks where there are some. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(/(?<= )/)) {
    const size = cells(word.trimEnd());
    if (used > 0 && used + size > width && size <= width) {
      lines.push(line.trimEnd());
      line = '';
      used = 0;
    }
    for (const character of word) {
      if (used + cellsOf(character) > width && character !== ' ') {
        lines.push(line.trimEnd());
        line = '';
        used = 0;
      }
      line += character;
      used += cellsOf(character);
    }
  }
  if (line.trimEnd() !== '') lines.push(line.trimEnd());
  return lines;
}
