/** The Wireshark dissector: the registries as tables of Lua, before the code that reads by them. */
import { readFileSync } from 'node:fs';
import { codes, FRAME_ROWS, HEAD_ROWS, hex, type Field, type FrameRow, type HeadRow } from './model.ts';

type Literal = string | number;

/** The registries, as the template's code names them. */
export function luaRegistry(): string {
  return [
    '-- The registries: spec/codes.json.',
    list('LIMITS', codes.limits, ({ name, default: value }) => `${name} = ${value}`),
    list('FIXED', codes.fixed, ({ name, value }) => `${name} = ${value}`),
    list('FRAME_NAMES', codes.frameKinds, ({ kind, name }) => `[${kind}] = ${literal(name)}`),
    list('FRAMES', FRAME_ROWS, (row) => `[${row.kind}] = ${frame(row)}`),
    list('VERBS', codes.verbs, ({ verb, name }) => `[${verb}] = ${literal(name)}`),
    '-- By numbers of 64 bits as texts: they come from the wire.',
    list('TAGS', codes.tags, ({ tag, name }) => `["${tag}"] = ${literal(name)}`),
    list('CLOSE_CODES', codes.closeCodes, ({ code, name }) => `["${code}"] = ${literal(name)}`),
    list(
      'DICTIONARIES',
      [{ id: 0, name: 'none' }, ...codes.dictionaries],
      ({ id, name }) => `["${id}"] = ${literal(name)}`,
    ),
    '-- Their bytes: spec/dictionaries.',
    list(
      'PRESETS',
      [
        { id: 0, bytes: new Uint8Array(0) },
        ...codes.dictionaries.map(({ id, name }) => ({ id, bytes: presetOf(name) })),
      ],
      ({ id, bytes }) => `["${id}"] = ${quoted(bytes)}`,
    ),
    list('HELLO_KEYS', codes.helloKeys, ({ key, name }) => `["${key}"] = ${literal(name)}`),
    list(
      'ERRORS',
      codes.errorCodes,
      ({ code, class: of, rules, text }) =>
        `${code} = { class = ${literal(of)}, rule = ${literal(rules.join(', '))}, text = ${literal(text)} }`,
    ),
    '-- The values after which a level of nesting opens, by what follows their heads. [LIMIT-2]',
    'local OPENS = { values = true, pairs = true, record = true, value = true }',
    '-- Each first byte of a value. [VALUE-1]',
    'local HEADS = {}',
    'for _, row in ipairs({',
    ...HEAD_ROWS.map((row) => `  ${head(row)},`),
    '}) do',
    '  for first = row.low, row.high do',
    '    HEADS[first] = {',
    '      kind = row.kind, number = row.number, from = row.from, least = row.least, content = row.content,',
    '      n = row.from + first - row.low, width = row.width and row.width + first - row.low,',
    '    }',
    '  end',
    'end',
  ].join('\n');
}

function list<Row>(name: string, rows: readonly Row[], spell: (row: Row) => string): string {
  return `local ${name} = {\n${rows.map((row) => `  ${spell(row)},\n`).join('')}}`;
}

function frame({ name, fields }: FrameRow): string {
  return `{ name = ${literal(name)}, fields = { ${fields.map(field).join(', ')} } }`;
}

function field({ name, type, names }: Field): string {
  const choices = names === undefined ? '' : `, names = { ${names.map(literal).join(', ')} }`;
  return `{ name = ${literal(name)}, type = ${literal(type)}${choices} }`;
}

function head({ low, high, kind, number, from, width, least, content }: HeadRow): string {
  const parts: readonly (readonly [string, Literal | undefined])[] = Object.entries({
    kind,
    number,
    from,
    width,
    least,
    content,
  });
  const said = parts.flatMap(([key, value]) => (value === undefined ? [] : [`${key} = ${literal(value)}`]));
  return `{ low = ${hex(low)}, high = ${hex(high)}, ${said.join(', ')} }`;
}

function presetOf(name: string): Uint8Array {
  return readFileSync(new URL(`../dictionaries/${name}.dict`, import.meta.url));
}

function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
}

/** Bytes as a string of Lua: what is no plain character of ASCII in three decimal digits. */
function quoted(bytes: Uint8Array): string {
  const spelled = Array.from(bytes, (byte) =>
    isPlain(byte) ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`,
  );
  return `"${spelled.join('')}"`;
}

/** JSON spells texts of the registry as Lua does: they are ASCII without backslashes. */
function literal(value: Literal): string {
  return JSON.stringify(value);
}
