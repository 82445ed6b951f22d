/** Text that is nearly RESP, or not at all. */
import * as fc from 'fast-check';

const TELLING = '+-:$*_#,(!=%|~>;.?0123456789\r\n\r\n\r\ntfinexyz '.split('');
const character = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...TELLING) },
  { weight: 1, arbitrary: fc.nat(255).map((byte) => String.fromCharCode(byte)) },
);
export const noise: fc.Arbitrary<string> = fc.array(character, { maxLength: 40 }).map((all) => all.join(''));

/** A few characters changed, put in or left out, or all after one. */
const damage = fc
  .tuple(fc.constantFrom('change', 'insert', 'remove', 'cut'), fc.nat(), character)
  .map(([how, at, by]) => (text: string): string => {
    const i = at % (text.length + 1);
    const after = how === 'cut' ? '' : text.slice(how === 'insert' ? i : i + 1);
    return text.slice(0, i) + (how === 'change' || how === 'insert' ? by : '') + after;
  });
export const damaged = (valid: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(valid, fc.array(damage, { minLength: 1, maxLength: 3 }))
    .map(([text, changes]) => changes.reduce((result, change) => change(result), text));
