/**
 * Proves that the text form gives any bytes back, that an inspection shows every byte once, and that numbers and texts go
 * through JSON unchanged.
 */
import * as fc from 'fast-check';
import { parseJson } from '../cli/src/json.ts';
import { inspectFrames, inspectValue, type Row } from '../src/inspect/index.ts';
import { stringify } from '../src/json/index.ts';
import { parseText, printText } from '../src/text/index.ts';
import { decode, encode } from '../src/value/index.ts';
import { nearStreams, nearValues } from './arbitraries.ts';
import { hex, modelOf } from './model.ts';
import { promise, same, type Promised } from './property.ts';

const frameText = promise('the text form of any stream says its bytes', nearStreams, (bytes) => {
  const text = printText(bytes);
  same(text, hex(parseText(text).bytes), hex(bytes));
});

const valueText = promise('the text form of any values says their bytes', nearValues, (bytes) => {
  const text = printText(bytes, { as: 'values' });
  same(text, hex(parseText(text, { as: 'values' }).bytes), hex(bytes));
});

const frameRows = promise('an inspection of any stream shows every byte once', nearStreams, (bytes) => {
  demandRows([...inspectFrames(bytes, { showSecrets: true })], bytes);
});

const valueRows = promise('an inspection of any value shows every byte once', nearValues, (bytes) => {
  demandRows(inspectValue(bytes), bytes);
});

function demandRows(rows: readonly Row[], bytes: Uint8Array): void {
  let at = 0;
  for (const { kind, offset, length, label, meaning } of rows) {
    if (/\p{Cc}/u.test(label + meaning)) throw new Error(`a control character in ${kind}`);
    if (kind === 'fault') continue;
    same(kind, String(offset), String(at));
    at += length;
  }
  same('rows end', String(at), String(bytes.length));
}

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: 1, maxLength: 25 });
const token = fc
  .record({
    sign: fc.constantFrom('', '-'),
    whole: digits.map((text) => text.replace(/^0+(?=.)/, '')),
    fraction: fc.oneof(
      fc.constant(''),
      digits.map((text) => `.${text}`),
    ),
    exponent: fc.oneof(
      fc.constant(''),
      fc.integer({ min: -400, max: 400 }).map((e) => `e${e}`),
    ),
  })
  .map(({ sign, whole, fraction, exponent }) => sign + whole + fraction + exponent);

/** What a number token denotes: sign, digits without zeros at either end, and the power of ten of the last. */
function denoted(text: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)!;
  const all = (whole + fraction).replace(/^0+/, '');
  const kept = all.replace(/0+$/, '');
  const power = kept === '' ? 0 : Number(exponent) - fraction.length + all.length - kept.length;
  return `${sign} ${kept} ${power}`;
}

const numbers = promise('a JSON number of any precision comes back denoting the same', token, (text) => {
  const value = decode(encode(parseJson(text)), { lossless: true });
  same(text, denoted(stringify(value)), denoted(text));
});

const documents = promise(
  'a JSON document comes back equal through its one canonical form',
  fc.jsonValue({ noUnicodeString: false }),
  (json) => {
    const value = parseJson(JSON.stringify(json));
    const bytes = encode(value);
    const text = stringify(decode(bytes, { lossless: true }));
    same('value', modelOf(parseJson(text)), modelOf(value));
    same('bytes', hex(encode(parseJson(text))), hex(bytes));
    same('document', JSON.stringify(JSON.parse(text)), JSON.stringify(json));
  },
);

export const TOOL_PROMISES: readonly Promised[] = [
  frameText,
  valueText,
  frameRows,
  valueRows,
  numbers,
  documents,
];
