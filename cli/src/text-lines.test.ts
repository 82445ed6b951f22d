import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextLines, type TextPiece } from './text-lines.ts';

function pieces(text: string, size: number): TextPiece[] {
  const lines = new TextLines();
  const all: TextPiece[] = [];
  for (let at = 0; at < text.length; at += size) all.push(lines.push(text.slice(at, at + size)));
  return [...all, lines.finish()].filter((piece) => piece.text !== '');
}

describe('text in pieces of whole lines', () => {
  it.each([
    ['PING\nPONG', ['PING\n', 'PONG']],
    ['REPLY 1 [1,\n2]\nPING\n', ['REPLY 1 [1,\n2]\n', 'PING\n']],
    ['# it is ({[\nPING', ['# it is ({[\n', 'PING']],
    ['PUSH a "(\\"["\nPING', ['PUSH a "(\\"["\n', 'PING']],
    ['PUSH a "#"\nPING', ['PUSH a "#"\n', 'PING']],
    ['PUSH a "open\nPING', ['PUSH a "open\n', 'PING']],
    [')]}\nPING', [')]}\n', 'PING']],
    ['REPLY 1 {\n"a": [ # ]\n1]\n}\n\n', ['REPLY 1 {\n"a": [ # ]\n1]\n}\n', '\n']],
  ])('%j', (text, expected) => {
    const found = pieces(text, 1);
    expect(found.map((piece) => piece.text)).toEqual(expected);
    expect(found.map(({ line }) => line)).toEqual(expected.map((_, i) => expected.slice(0, i).join('').split('\n').length - 1)); // prettier-ignore
  });

  it('ends where lines do, however the text comes', () => {
    const unit = fc.constantFrom('[', ']', '{', '}', '(', ')', '"', '\\', '#', '\n', 'a', ' ');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (text, size) => {
        const found = pieces(text, size);
        expect(found.map((piece) => piece.text).join('')).toBe(text);
        const ends = new Set(pieces(text, 1).map(({ text: each, line }) => line + each.split('\n').length));
        for (const { text: each, line } of found) expect(ends).toContain(line + each.split('\n').length);
      }),
    );
  });
});
