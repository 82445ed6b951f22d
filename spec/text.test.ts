import { readFileSync } from 'node:fs';
import { parseText, printText } from 'petrel/text';
import { describe, expect, it } from 'vitest';

interface Example {
  readonly as: 'frames' | 'values';
  readonly how: string;
  readonly text: string;
  readonly result: string;
  readonly line: number;
}

const page = readFileSync(new URL('text.md', import.meta.url), 'utf8');
const examples: readonly Example[] = [
  ...page.matchAll(/^```(frames|values) ?(\w*)\n([^]*?)\n=> ([^]*?)\n```$/gm),
].map((match) => ({
  as: match[1] as Example['as'],
  how: match[2]!,
  text: match[3]!,
  result: match[4]!,
  line: page.slice(0, match.index).split('\n').length,
}));

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const digitsOf = ({ result }: Example): string => result.replace(/\s/g, '');
const errorOf = ({ text, as }: Example): string => {
  try {
    parseText(`${text}\n`, { as });
    return 'no error';
  } catch (error) {
    return (error as Error).message;
  }
};
const without = (text: string): string => text.replace(/ # .*$/gm, '').trimEnd();

describe('the examples of spec/text.md', () => {
  it('are all found', () => expect(examples.length).toBe(page.match(/^```(?:frames|values)/gm)!.length));

  it.each(examples.filter(({ how }) => how !== 'wrong'))('text at line $line makes its bytes', (example) => {
    expect(hex(parseText(example.text, { as: example.as }).bytes)).toBe(digitsOf(example));
  });

  it.each(examples.filter(({ how }) => how === ''))('bytes at line $line print as their text', (example) => {
    const printed = printText(Uint8Array.from(Buffer.from(digitsOf(example), 'hex')), { as: example.as });
    expect(without(printed)).toBe(example.text);
  });

  it.each(examples.filter(({ how }) => how === 'wrong'))('text at line $line is refused', (example) => {
    expect(errorOf(example)).toBe(example.result);
  });
});
