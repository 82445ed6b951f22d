import { readFileSync } from 'node:fs';
import { parseText, printText } from 'petrel/text';
import { RespParser, RespPrinter } from 'petrel/text/resp';
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

const respExamples = [...page.matchAll(/^```resp ?(\w*)\n([^]*?)\n=> ([^]*?)\n```$/gm)].map((match) => ({
  how: match[1]!,
  text: match[2]!,
  result: match[3]!,
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

/** RESP with its escapes undone. */
const respOf = (result: string): Uint8Array =>
  Uint8Array.from(
    Buffer.from(
      result.replace(/\\(?:r|n|x([0-9a-f]{2}))/g, (escape, digits: string | undefined) =>
        digits === undefined ? (escape === '\\r' ? '\r' : '\n') : String.fromCharCode(parseInt(digits, 16)),
      ),
      'latin1',
    ),
  );

describe('the examples of RESP in spec/text.md', () => {
  it('are all found', () => expect(respExamples.length).toBe(page.match(/^```resp/gm)!.length));

  it.each(respExamples.filter(({ how }) => how === ''))('at line $line, both ways', ({ text, result }) => {
    expect(hex(new RespParser().parse(text))).toBe(hex(respOf(result)));
    const printer = new RespPrinter(text.includes('COMMAND') ? 'client' : 'server');
    const lines = [...printer.push(respOf(result)), ...printer.finish()];
    expect(without(`protocol resp\n${lines.map((line) => line.text).join('\n')}`)).toBe(text);
  });

  it.each(respExamples.filter(({ how }) => how === 'wrong'))(
    'at line $line is refused',
    ({ text, result }) => {
      expect(() => new RespParser().parse(text)).toThrow(result);
    },
  );
});
