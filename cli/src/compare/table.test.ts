import { describe, expect, it } from 'vitest';
import { parseJson } from '../json.ts';
import { chart } from './chart.ts';
import { fieldCosts } from './fields.ts';
import { inferredProtobuf } from './protobuf.ts';
import { encodeCanonical, findMisfits, priceDocument } from './prices.ts';
import { documentsTable, documentTable, fieldsTable, notes, type Priced } from './table.ts';

const plain = (_role: string, text: string): string => text;

function priced(name: string, text: string): Priced {
  const value = parseJson(text);
  const protobuf = inferredProtobuf(value);
  return { name, protobuf, sizes: priceDocument(value, protobuf.bytes), misfits: findMisfits(value) };
}

const LIKE = '[{"name":"a","size":1},{"name":"b","size":2}]';

describe('documentTable', () => {
  it('has a line for each format, with the ratios', () => {
    const lines = documentTable(priced('a.json', LIKE), plain).split('\n');
    expect(lines[0]).toBe('a.json                      bytes  of JSON  of MsgPack');
    expect(lines).toContain('JSON, minified                 45    1.000       1.552');
    expect(lines).toContain('Protobuf (inferred schema)     14    0.311       0.483');
    expect(lines).toContain('Petrel                         19    0.422       0.655');
    expect(lines).toHaveLength(11);
  });

  it('names protobuf after its schema', () => {
    const document = priced('a.json', LIKE);
    const typed = { ...document, protobuf: { ...document.protobuf, type: 'acme.List\u001b' } };
    expect(documentTable(typed, plain)).toContain(String.raw`Protobuf (acme.List\u001b)     14`);
    expect(documentsTable([typed], plain)).not.toContain('*');
    expect(notes(typed)).toStrictEqual([
      String.raw`Protobuf by acme.List\u001b, 132 bytes of schema besides; loses the order of keys.`,
    ]);
  });

  it('prints no control character of a name', () => {
    expect(documentTable(priced('\u001b[31m.json', '1'), plain)).toContain(String.raw`\u001b[31m.json`);
  });
});

describe('documentsTable', () => {
  it('has a row for each document, and their sum', () => {
    const lines = documentsTable([priced('a', LIKE), priced('b', '[1]')], plain).split('\n');
    const cells = lines.map((line) => line.split(/  +/));
    expect(cells.map(([name]) => name)).toStrictEqual([
      'bytes',
      'a',
      'b',
      'all',
      '* by a schema inferred from each document',
    ]);
    expect(cells[1]?.slice(-3)).toStrictEqual(['19', '0.422', '0.655']);
    expect(cells[3]?.slice(-3)).toStrictEqual(['21', '0.438', '0.677']);
  });

  it('cuts long names and keeps columns under their heads, wide characters included', () => {
    const lines = documentsTable([priced('x'.repeat(99), '1'), priced('消息', '1')], plain).split('\n');
    expect(lines[1]).toMatch(/^x{4}\.\.\.x{29} /);
    expect(lines[2]!.length + 2).toBe(lines[1]!.length);
  });
});

describe('notes', () => {
  it('name what a format can not hold, and a few places', () => {
    expect(notes(priced('a', '[18446744073709551616,1e400,1e400,1e400,1.0]'))).toStrictEqual([
      'Protobuf by a schema that was inferred from the document, 126 bytes of schema besides; loses the order of keys; ' +
        'has 5 values of changing type as google.protobuf.Value, 4 parts as JSON text.',
      "MessagePack can't hold 4 numbers ([0], [1], [2], ...) exactly: priced as the nearest double.",
      'RESP3 has no decimals: 3 numbers ([1], [2], [3]) priced as a double, which its readers round.',
      'MessagePack and CBOR write 1 float like 1.0 as integers; Petrel keeps both apart.',
    ]);
    expect(notes(priced('a', '{"a":null}'))).toStrictEqual([
      'Protobuf by a schema that was inferred from the document, 40 bytes of schema besides; loses the order of keys and 1 null or empty array.',
    ]);
  });
});

describe('fieldsTable', () => {
  const costs = fieldCosts(encodeCanonical(parseJson(LIKE)));

  it('shows the most expensive fields and sums up the others', () => {
    expect(fieldsTable(costs, 2, plain).split('\n')).toStrictEqual([
      'field             count  keys  values   share  with all beneath',
      '[].name               2     5       4  47.4 %                 9',
      '[].size               2     5       2  36.8 %                 7',
      '(2 other fields)            0       3  15.8 %',
    ]);
  });

  it('leaves out the sum when nothing is left', () => {
    expect(fieldsTable(costs, 4, plain)).not.toContain('other');
  });
});

describe('chart', () => {
  it('draws a bar for each format of each document, and escapes names', () => {
    const svg = chart([priced('<a&b>\u0007', LIKE), priced('b', '1')]);
    expect(svg.match(/<rect x=/g)).toHaveLength(20);
    expect(svg).toContain('>&lt;a&amp;b&gt;\\u0007</text>');
    const bars = [...svg.matchAll(/width="([\d.]+)" height="16"/g)].map(([, length]) => Number(length));
    expect(Math.max(...bars)).toBe(422);
    expect(Math.min(...bars)).toBeGreaterThanOrEqual(1);
  });
});
