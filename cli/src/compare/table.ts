/** The comparison as text: a list for one document, a row each for several, and the costs of fields. */
import { printable } from '../exit.ts';
import type { Style } from '../style.ts';
import { counted, grouped } from '../amounts.ts';
import { align, ratio } from './columns.ts';
import type { FieldCost } from './fields.ts';
import { FORMATS, type Misfits, type Sizes } from './prices.ts';
import type { ProtobufSchema } from './protobuf.ts';
import { STREAM_FORMATS, type ItemCost, type PricedStream } from './stream.ts';

/** A document and what it costs. */
export interface Priced {
  readonly name: string;
  readonly sizes: Sizes;
  readonly misfits: Misfits;
  readonly protobuf: ProtobufSchema;
}

/** What a format is called: protobuf after its schema, which is part of its price. */
export function labelOf({ id, label }: (typeof FORMATS)[number], { type }: ProtobufSchema): string {
  return id === 'protobuf' && type !== undefined ? `Protobuf (${printable(type)})` : label;
}

/** One document: a line for each format. */
export function documentTable({ name, sizes, protobuf }: Priced, style: Style): string {
  const rows = FORMATS.map((format): Size => [labelOf(format, protobuf), sizes[format.id]]);
  return sizesTable(name, rows, ['JSON', sizes.json], sizes.messagepack, style);
}

/** A stream: a line for each format. */
export function streamTable({ name, protocol, sizes }: PricedStream, style: Style): string {
  const rows = STREAM_FORMATS.map(({ id, label }): Size => [label, sizes[id]]);
  const base = protocol === 'resp' ? 'RESP' : 'Petrel';
  return sizesTable(name, rows, [base, sizes[protocol]], sizes.messagepack, style);
}

/** What a format is called, and its bytes. */
type Size = readonly [label: string, bytes: number];

function sizesTable(name: string, sizes: readonly Size[], [base, of]: Size, messagepack: number, style: Style): string {
  const rows = sizes.map(([label, bytes]) => [label, grouped(bytes), ratio(bytes, of), ratio(bytes, messagepack)]);
  const lines = align([[printable(name), 'bytes', `of ${base}`, 'of MsgPack'], ...rows], style);
  return lines.map((line, i) => (sizes[i - 1]?.[0] === 'Petrel' ? style('value', line) : line)).join('\n');
} // prettier-ignore

/** What the numbers of a stream leave out, a line each. */
export function streamNotes(priced: PricedStream): string[] {
  const { protocol, side, items, withBytes, nested, left } = priced;
  const whose = side === undefined ? '' : `, said by a ${side}`;
  const lines = [
    `${counted(items, protocol === 'petrel' ? 'frame' : 'item')}${whose}. JSON, MessagePack and CBOR have the plain values: statuses, errors and pushes are told apart by RESP and Petrel alone.`,
  ];
  if (withBytes > 0) lines.push(`JSON has the bytes of ${counted(withBytes, 'item')} in base64.`);
  if (nested > 0)
    lines.push(`RESP has ${counted(nested, 'command')} with other arguments than strings as an array; no server takes that.`);
  if (left.frames > 0)
    lines.push(`Only Petrel has ${counted(left.frames, 'frame')} of ${counted(left.bytes, 'byte')} (its session, or values that RESP has nothing for): in no other price.`);
  return lines;
} // prettier-ignore

/** What each kind of command, push or reply costs: the most expensive in RESP first. */
export function itemsTable(costs: readonly ItemCost[], top: number, style: Style): string {
  const whole = costs.reduce((all, cost) => all + cost.resp, 0);
  const row = ({ name, count: n, resp, petrel }: ItemCost): string[] => [
    printable(name),
    grouped(n),
    grouped(resp),
    grouped(petrel),
    ratio(petrel, resp),
    `${((100 * resp) / whole).toFixed(1)} %`,
  ];
  const rest = costs.slice(top);
  const sum = (of: (cost: ItemCost) => number): number => rest.reduce((all, cost) => all + of(cost), 0);
  const rows = costs.slice(0, top).map(row);
  if (rest.length > 0) {
    const name = `(${counted(rest.length, 'other name')})`;
    rows.push(row({ name, count: sum((cost) => cost.count), resp: sum((cost) => cost.resp), petrel: sum((cost) => cost.petrel) })); // prettier-ignore
  }
  return align([['item', 'count', 'RESP', 'Petrel', 'of RESP', 'share of RESP'], ...rows], style).join('\n');
}

/** Several documents: a row each, a column for each format, and the two ratios of Petrel. */
export function documentsTable(documents: readonly Priced[], style: Style): string {
  const inferred = documents.some(({ protobuf }) => protobuf.type === undefined);
  const short = ({ id, label }: (typeof FORMATS)[number]): string =>
    id === 'protobuf' && !inferred ? 'Protobuf' : (SHORT[label] ?? label);
  const head = ['bytes', ...COLUMNS.map(short), 'of JSON', 'of MsgPack'];
  const rows = [...documents, total(documents)].map(({ name, sizes }) => [
    printable(name),
    ...COLUMNS.map(({ id }) => grouped(sizes[id])),
    ratio(sizes.petrel, sizes.json),
    ratio(sizes.petrel, sizes.messagepack),
  ]);
  const note = inferred ? ['* by a schema inferred from each document'] : [];
  return [...align([head, ...rows], style), ...note].join('\n');
}

/** What the list of one document has beyond these would make lines too long. */
const COLUMNS = FORMATS.filter(({ id }) => id !== 'petrel+deflate');

const SHORT: { readonly [label: string]: string } = {
  'JSON, minified': 'JSON',
  'JSON + gzip': '+ gzip',
  'JSON + brotli': '+ brotli',
  MessagePack: 'MsgPack',
  'Protobuf (inferred schema)': 'Protobuf*',
  'Petrel, plain': 'plain',
};

function total(documents: readonly Priced[]): Pick<Priced, 'name' | 'sizes'> {
  const sum = ({ id }: (typeof FORMATS)[number]): number =>
    documents.reduce((bytes, { sizes }) => bytes + sizes[id], 0);
  return {
    name: 'all',
    sizes: Object.fromEntries(FORMATS.map((format) => [format.id, sum(format)])) as Sizes,
  };
}

/** What the table's numbers leave out, a line each; none when every format holds the document as it is. */
export function notes({ misfits, protobuf }: Priced): string[] {
  const { messagepack, resp3, wholeFloats } = misfits;
  const lines = [protobufNote(protobuf)];
  if (messagepack.length > 0)
    lines.push(`MessagePack can't hold ${places(messagepack)} exactly: priced as the nearest double.`);
  if (resp3.length > 0)
    lines.push(`RESP3 has no decimals: ${places(resp3)} priced as a double, which its readers round.`);
  if (wholeFloats > 0)
    lines.push(
      `MessagePack and CBOR write ${counted(wholeFloats, 'float')} like 1.0 as integers; Petrel keeps both apart.`,
    );
  return lines;
}

function protobufNote({ type, schemaBytes, absent, texts, mixed }: ProtobufSchema): string {
  const schema = type === undefined ? 'a schema that was inferred from the document' : printable(type);
  const nothing =
    absent > 0 ? ` and ${counted(absent, 'null or empty array', 'nulls and empty arrays')}` : '';
  const changed = [
    ...(mixed > 0 ? [`${counted(mixed, 'value')} of changing type as google.protobuf.Value`] : []),
    ...(texts > 0 ? [`${counted(texts, 'part')} as JSON text`] : []),
  ];
  const rest = changed.length > 0 ? `; has ${changed.join(', ')}` : '';
  return `Protobuf by ${schema}, ${counted(schemaBytes, 'byte')} of schema besides; loses the order of keys${nothing}${rest}.`;
}

const NAMED = 3;

function places(paths: readonly string[]): string {
  const named = paths.slice(0, NAMED).map((path) => (path === '' ? 'the document' : printable(path)));
  const more = paths.length > NAMED ? ', ...' : '';
  return `${counted(paths.length, 'number')} (${named.join(', ')}${more})`;
}

/** The most expensive fields: their keys, their values, and everything beneath. */
export function fieldsTable(costs: readonly FieldCost[], top: number, style: Style): string {
  const bytes = costs.reduce((sum, cost) => sum + cost.keys + cost.values, 0);
  const rows = costs.slice(0, top).map((cost) => {
    const own = cost.keys + cost.values;
    const share = `${((100 * own) / bytes).toFixed(1)} %`;
    const path = cost.path === '' ? '(document)' : printable(cost.path);
    return [path, grouped(cost.count), grouped(cost.keys), grouped(cost.values), share, grouped(cost.total)];
  });
  const rest = costs.slice(top);
  if (rest.length > 0) rows.push(restRow(rest, bytes));
  return align([['field', 'count', 'keys', 'values', 'share', 'with all beneath'], ...rows], style).join(
    '\n',
  );
}

function restRow(rest: readonly FieldCost[], bytes: number): string[] {
  const keys = rest.reduce((sum, cost) => sum + cost.keys, 0);
  const values = rest.reduce((sum, cost) => sum + cost.values, 0);
  const share = `${((100 * (keys + values)) / bytes).toFixed(1)} %`;
  return [`(${counted(rest.length, 'other field')})`, '', grouped(keys), grouped(values), share, ''];
}
