/** The ImHex pattern: a branch for each range of first bytes, and a struct for each payload. */
import { codes, FRAME_ROWS, HEAD_ROWS, hex, rowsOf, type Content, type Field, type FrameRow, type HeadRow } from './model.ts'; // prettier-ignore

/** The template's marks and what stands in their places. */
export function imhexParts(): Readonly<Record<string, string>> {
  const frames = FRAME_ROWS.filter(({ fields }) => fields.length > 0);
  const text = rowsOf('text');
  return {
    '//@enums': [
      enumeration('FrameKind', codes.frameKinds, ({ kind, name }) => [name, kind]),
      enumeration('VerbNumber', codes.verbs, ({ verb, name }) => [name, verb]),
      enumeration('CloseCode', codes.closeCodes, ({ code, name }) => [name, code]),
      enumeration('Tag', codes.tags, ({ tag, name }) => [name, tag]),
    ].join('\n'),
    '//@rows': HEAD_ROWS.map(branch).join('\n'),
    '//@payloads': frames.map(payload).join('\n\n'),
    '//@cases': frames.map(({ kind, name }) => `        (${kind}): ${structOf(name)} payload;`).join('\n'),
    '@inlineUint': hex(rowsOf('uint')[0]!.high),
    '@textLong': hex(text[1]!.low),
    '@textFrom': String(text[1]!.from),
    '@text': hex(text[0]!.low),
    '@isText': [...text, ...rowsOf('ref')]
      .map(({ low, high }) => `(first >= ${hex(low)} && first <= ${hex(high)})`)
      .join(' || '),
  };
}

function enumeration<Row>(
  name: string,
  rows: readonly Row[],
  of: (row: Row) => readonly [string, number],
): string {
  const entries = rows.map((row) => of(row)).map(([key, value]) => `    ${key} = ${value},`);
  return `enum ${name} : u8 {\n${entries.join('\n')}\n};\n`;
}

function branch(row: HeadRow): string {
  const { low, high, kind } = row;
  const range = low === high ? hex(low) : `${hex(low)} ... ${hex(high)}`;
  const lines = [...numberOf(row), ...contentOf(row)];
  const body = lines.map((line) => `            ${line}\n`).join('');
  return `        (${range}): { // ${kind}\n${body}        }`;
}

/** The lines that find the number of a head. */
function numberOf({ number, low, from, width }: HeadRow): readonly string[] {
  switch (number) {
    case 'inline':
      return [`u64 number = first - ${hex(low)};`];
    case 'bytes':
      return [`u8 digits[first - ${hex(low)} + ${width!}];${from > 0 ? ` // and ${from}` : ''}`];
    case 'varint':
      return ['type::uLEB128 counted;', `u64 number = counted + ${from};`];
    case 'varint64':
    case 'zigzag':
      return [`type::uLEB128 number;${number === 'zigzag' ? ' // zigzag' : ''}`];
    case undefined:
      return [];
    default:
      return number satisfies never;
  }
}

const CONTENTS: Readonly<Record<Content, string>> = {
  utf8: 'char text[number];',
  utf16: 'char16 text[number / 2];',
  bytes: 'u8 bytes[number];',
  values: 'Value elements[number];',
  pairs: 'Pairs<number> map [[inline]];',
  record: 'Record<number> record [[inline]];',
  value: 'Value content;',
  float64: 'double number;',
  float32: 'float number;',
  scaled: 'Scaled number;',
  prefixed: 'type::uLEB128 distance; type::uLEB128 more; Value rest;',
  message: 'u8 message[number];',
};

function contentOf({ content, kind }: HeadRow): readonly string[] {
  if (kind === 'invalid') return ['std::error("FF never begins a value");'];
  return content === undefined ? [] : [CONTENTS[content]];
}

/** `COMMAND` as the name of a type. */
function structOf(name: string): string {
  return name[0]! + name.slice(1).toLowerCase();
}

function payload({ name, rule, fields }: FrameRow): string {
  return [
    `// [${rule}]`,
    `struct ${structOf(name)} {`,
    ...fields.map((each) => `    ${member(each)}`),
    '};',
  ].join('\n');
}

function member({ name, type, names }: Field): string {
  switch (type) {
    case 'varint':
    case 'length':
      return `type::uLEB128 ${name};`;
    case 'verb':
      return `Verb ${name};`;
    case 'value':
      return `Top ${name};`;
    case 'values':
      return `Top ${name}[while($ < payload_end)];`;
    case 'choice':
      return `u8 ${name}; // ${names!.map((each, i) => `${i}: ${each}`).join(', ')}`;
    case 'sized':
      return `Sized ${name};`;
    case 'bytes':
      return `u8 ${name}[payload_end - $];`;
    case 'utf8':
      return `char ${name}[payload_end - $];`;
    default:
      return type satisfies never;
  }
}
