import { describe, expect, it } from 'vitest';
import { detect, fromBase64, fromHex, Sniffer } from './sniff.ts';

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const hex = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && Buffer.from(bytes).toString('hex');

describe('hex text', () => {
  it.each([
    ['digits in a row', 'b0A1', 'b0a1'],
    ['groups with blanks and line breaks', ' b0\n a1\tff \r\n', 'b0a1ff'],
    ['0x before a group', '0xb0a1 0XFF', 'b0a1ff'],
    ['commas between bytes', '0xb0, 0xa1,0xff', 'b0a1ff'],
    ['nothing at all', '', ''],
  ])('takes %s', (_, text, bytes) => expect(hex(fromHex(ascii(text)))).toBe(bytes));

  it.each(['b', 'b0a', 'b 0', 'b0x1', 'zz', '0x0x11', 'b0-a1'])('refuses %j', (text) =>
    expect(fromHex(ascii(text))).toBeUndefined(),
  );
});

describe('base64 text', () => {
  it.each([
    ['padding', '+/8=', 'fbff'],
    ['no padding', '+/8', 'fbff'],
    ['the URL alphabet', '-_8', 'fbff'],
    ['line breaks', '+/\n8=\n', 'fbff'],
  ])('takes %s', (_, text, bytes) => expect(hex(fromBase64(ascii(text)))).toBe(bytes));

  it.each(['a', 'ab=', 'abc==', 'ab=c', 'a*bc'])('refuses %j', (text) =>
    expect(fromBase64(ascii(text))).toBeUndefined(),
  );
});

describe('what input looks like', () => {
  it.each([
    ['hex', '10 ff'],
    ['base64', 'sLD/'],
    ['bin', 'GET / HTTP/1.1'],
    ['bin', ''],
    ['bin', '\n'],
    ['bin', '\u00ff\u0010'],
  ])('%s: %j', (format, text) => expect(detect(ascii(text))).toBe(format));

  it('stays binary once a byte was', () => {
    const sniffer = new Sniffer();
    expect([
      sniffer.maybeText(ascii('ab')),
      sniffer.maybeText(ascii('\u0001')),
      sniffer.maybeText(ascii('ab')),
    ]).toEqual([true, false, false]);
  });

  it('looks at a megabyte of blanks once', () =>
    expect(detect(ascii(`${' '.repeat(1 << 20)}zz*`))).toBe('bin'));
});
