/** The Kaitai Struct description: types for the payloads, and the table of first bytes as arrays that a row's number indexes. */
import {
  codes,
  FRAME_ROWS,
  HEAD_ROWS,
  hex,
  rowsOf,
  type Field,
  type FrameRow,
  type HeadRow,
} from './model.ts';

/** `respStatus`, `GOING_AWAY`: as Kaitai spells names. */
function snake(name: string): string {
  return name.replaceAll(/[a-z][A-Z]/g, ([lower, upper]) => `${lower}_${upper}`).toLowerCase();
}

/** The template's marks and what stands in their places. */
export function kaitaiParts(): Readonly<Record<string, string>> {
  const frames = FRAME_ROWS.filter(({ fields }) => fields.length > 0);
  return {
    '#@cases': frames.map(({ name }) => `            frame_kind::${snake(name)}: ${snake(name)}`).join('\n'),
    '#@payloads': frames.map(payload).join('\n'),
    '#@enums': enums(),
    ...expressions(),
  };
}

function payload({ name, rule, fields }: FrameRow): string {
  const seq = fields.map((field) => `      - id: ${field.name}\n${attribute(name, field)}`);
  return [`  ${snake(name)}:`, `    doc: '[${rule}]'`, '    seq:', ...seq].join('\n');
}

function attribute(frame: string, field: Field): string {
  const lines = attributes(frame, field);
  return lines.map((line) => `        ${line}`).join('\n');
}

function attributes(frame: string, { name, type }: Field): readonly string[] {
  switch (type) {
    case 'varint':
    case 'verb':
    case 'sized':
      return [`type: ${type}`];
    case 'length':
      return ['type: length_varint'];
    case 'value':
      return ['type: value("", 0)'];
    case 'values':
      return ['type: value("", 0)', 'repeat: eos'];
    case 'choice':
      return ['type: u1', `enum: ${snake(frame)}_${name}`];
    case 'bytes':
      return ['size-eos: true'];
    case 'utf8':
      return ['type: str', 'encoding: UTF-8', 'size-eos: true'];
    default:
      return type satisfies never;
  }
}

const FORMS = ['none', 'inline', 'bytes', 'varint', 'varint64', 'zigzag'] as const;
const CONTENTS = ['none', ...new Set(HEAD_ROWS.flatMap(({ content }) => content ?? []))];
const KINDS = codes.valueKinds.map(({ name }) => name);

/** The table of first bytes, one column of it. */
function column(of: (row: HeadRow) => number): string {
  return `[${HEAD_ROWS.map(of).join(', ')}]`;
}

function fixed(name: string): number {
  return codes.fixed.find((each) => each.name === name)!.value;
}

/** What the head's table is made of, in the expression language. */
function expressions(): Readonly<Record<string, string>> {
  const text = rowsOf('text');
  return {
    '@row': HEAD_ROWS.slice(0, -1).map(({ high }, i) => `first <= ${hex(high)} ? ${i} : `).join('') + String(HEAD_ROWS.length - 1),
    '@lows': column(({ low }) => low),
    '@kinds': column(({ kind }) => KINDS.indexOf(kind)),
    '@forms': column(({ number }) => FORMS.indexOf(number ?? 'none')),
    '@contents': column(({ content }) => CONTENTS.indexOf(content ?? 'none')),
    '@widths': column(({ width = 0 }) => width),
    '@froms': column(({ from }) => from),
    '@opens': ['values', 'pairs', 'record', 'value'].map((form) => `content == content_form::${form}`).join(' or '),
    '@maxDepth': String(codes.limits.find(({ name }) => name === 'maxDepth')!.default),
    '@tableDigits': String(10 * fixed('tableEntries')),
    '@prefixCharacters': String(fixed('prefixCharacters')),
    '@powers': `[${Array.from({ length: 16 }, (_, scale) => `1.0e+${scale}`).join(', ')}]`,
    '@inlineUint': hex(rowsOf('uint')[0]!.high),
    '@textLong': hex(text[1]!.low),
    '@textFrom': String(text[1]!.from),
    '@text': hex(text[0]!.low),
  };
} // prettier-ignore

/** Quoted: null, true and false are names of kinds. */
function enumRow([number, name]: readonly (string | number)[]): string {
  return `    ${number}: '${snake(String(name))}'`;
}

function enums(): string {
  const choices = FRAME_ROWS.flatMap(({ name, fields }) =>
    fields.flatMap((field) =>
      field.names ? [[`${snake(name)}_${field.name}`, field.names.map((each, i) => [i, each])] as const] : [],
    ),
  );
  const all: readonly (readonly [string, readonly (readonly (string | number)[])[]])[] = [
    ['frame_kind', codes.frameKinds.map(({ kind, name }) => [kind, name])],
    ['value_kind', KINDS.map((name, i) => [i, name])],
    ['number_form', FORMS.map((name, i) => [i, name])],
    ['content_form', CONTENTS.map((name, i) => [i, name])],
    ['verb_number', codes.verbs.map(({ verb, name }) => [verb, name])],
    ['tag', codes.tags.map(({ tag, name }) => [tag, name])],
    ['close_code', codes.closeCodes.map(({ code, name }) => [code, name])],
    ['hello_key', codes.helloKeys.map(({ key, name }) => [key, name])],
    ...choices,
  ];
  return all.map(([name, rows]) => [`  ${name}:`, ...rows.map(enumRow)].join('\n')).join('\n');
}
