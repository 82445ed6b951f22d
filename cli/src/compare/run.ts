/** What `petrel compare` does: the work is in a file of its own, so that the peers' libraries load only when it runs. */
import { writeFileSync } from 'node:fs';
import type { Encodable } from 'petrel/value';
import { ProtocolError } from 'petrel';
import { CommandError, Exit, exitCodeOf, printable, usage } from '../exit.ts';
import { write } from '../io.ts';
import { parseJson } from '../json.ts';
import { optionalTarget, type TypeOptions } from '../proto/target.ts';
import { styleFor, type ColorMode, type Style } from '../style.ts';
import { priceCapture } from './capture.ts';
import { isOfCapture, type PricedCapture } from './capture-price.ts';
import { captureNotes, captureTable } from './capture-table.ts';
import { chart } from './chart.ts';
import { fieldCosts } from './fields.ts';
import { openCompared, type SourceOptions } from './input.ts';
import { encodeCanonical, findMisfits, priceDocument } from './prices.ts';
import { inferredProtobuf, typedProtobuf, type Protobuf } from './protobuf.ts';
import { priceStream, type PricedStream } from './stream.ts';
import {
  documentsTable,
  documentTable,
  fieldsTable,
  itemsTable,
  notes,
  streamNotes,
  streamTable,
  type Priced,
} from './table.ts';

export interface CompareOptions extends TypeOptions, SourceOptions {
  readonly fields?: true;
  /** How many fields are shown. */
  readonly top?: number;
  readonly json?: true;
  readonly svg?: string;
  readonly saveProto?: string;
  readonly color: ColorMode;
}

interface Document extends Priced {
  readonly value: Encodable;
  readonly protobuf: Protobuf;
}

/** How many fields are shown where nobody says. */
const USUAL_FIELDS = 20;

/** Prices the files and prints what was asked for. */
export async function compare(files: readonly string[], options: CompareOptions): Promise<void> {
  if (files.filter((file) => file === '-').length > 1) throw usage('standard input can be read only once');
  const { proto, saveProto } = options;
  if (saveProto !== undefined && (proto !== undefined || files.length > 1))
    throw usage('--save-proto writes the schema that is inferred from one document');
  const target = await optionalTarget(options);
  const inProtobuf = (value: Encodable): Protobuf =>
    target === undefined ? inferredProtobuf(value) : typedProtobuf(value, target, proto!);
  const all: (Document | PricedStream | PricedCapture)[] = [];
  for (const file of files) all.push(await price(file, inProtobuf, options));
  const documents = all.filter(isDocument);
  const streams = all.filter((each): each is PricedStream | PricedCapture => !isDocument(each));
  if (streams.length > 0 && (proto !== undefined || saveProto !== undefined))
    throw usage(`${streams[0]!.name}: a schema of protobuf is for documents`);
  if (options.svg !== undefined) writeOut(options.svg, chart(documents, streams));
  if (saveProto !== undefined) writeOut(saveProto, documents[0]!.protobuf.proto!);
  if (options.json) return write(all.map((each) => `${JSON.stringify(isDocument(each) ? documentJson(each, options) : streamJson(each, options))}\n`).join('')); // prettier-ignore
  const reports = streams.map((each) => streamReport(each, options));
  if (documents.length > 0) reports.unshift(report(documents, options));
  await write(reports.join('\n'));
}

function isDocument(priced: Document | PricedStream | PricedCapture): priced is Document {
  return 'protobuf' in priced;
}

async function price(
  file: string,
  inProtobuf: (value: Encodable) => Protobuf,
  options: SourceOptions,
): Promise<Document | PricedStream | PricedCapture> {
  const name = file === '-' ? 'standard input' : file;
  try {
    const source = await openCompared(file, options);
    if (source.protocol === 'json') return priceText(name, source.text, inProtobuf);
    if (source.protocol === 'capture') return await priceCapture(name, source.chunks, source.speaks);
    return await priceStream(name, source);
  } catch (error) {
    if (error instanceof ProtocolError) throw new CommandError(`${name}: ${error.message}`, exitCodeOf(error));
    if (!(error instanceof CommandError) || error.exitCode === Exit.USAGE) throw error;
    throw new CommandError(`${name}: ${error.message}`, error.exitCode);
  }
} // prettier-ignore

function priceText(name: string, text: string, inProtobuf: (value: Encodable) => Protobuf): Document {
  const value = parseJson(text);
  const protobuf = inProtobuf(value);
  return { name, value, protobuf, sizes: priceDocument(value, protobuf.bytes), misfits: findMisfits(value) };
}

function writeOut(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw usage(`can't write ${file}: ${(error as Error).message}`);
  }
}

function documentJson({ name, sizes, misfits, protobuf, value }: Document, { fields, top }: CompareOptions): object {
  const { type, schemaBytes, absent, texts, mixed } = protobuf;
  const schema = { inferred: type === undefined, type: type ?? null, schemaBytes, absent, texts, mixed };
  const costs = fields && { fields: fieldCosts(encodeCanonical(value)).slice(0, top) };
  return { file: name, sizes, misfits, protobuf: schema, ...costs };
} // prettier-ignore

function streamJson(
  { name, costs, ...priced }: PricedStream | PricedCapture,
  { fields, top }: CompareOptions,
): object {
  return { file: name, ...priced, ...(fields && { fields: costs.slice(0, top) }) };
}

function streamReport(priced: PricedStream | PricedCapture, { color, fields, top }: CompareOptions): string {
  const style = styleFor(color);
  const [table, lines] = isOfCapture(priced)
    ? [captureTable(priced, style), captureNotes(priced)]
    : [streamTable(priced, style), streamNotes(priced)];
  const parts = [table, ...lines.map((line) => style('note', line))];
  if (fields) parts.push('', itemsTable(priced.costs, top ?? USUAL_FIELDS, style));
  return `${parts.join('\n')}\n`;
}

function report(documents: readonly Document[], options: CompareOptions): string {
  const style = styleFor(options.color);
  const [first, ...others] = documents;
  const several = others.length > 0;
  const parts = [several ? documentsTable(documents, style) : documentTable(first!, style)];
  for (const document of documents) parts.push(...remarks(document, several, style));
  if (options.fields) {
    for (const document of documents)
      parts.push(fieldReport(document, options.top ?? USUAL_FIELDS, several, style));
  }
  return `${parts.join('\n')}\n`;
}

function remarks(document: Document, named: boolean, style: Style): string[] {
  const name = printable(document.name);
  return notes(document).map((note) => style('note', named ? `${name}: ${note}` : note));
}

function fieldReport({ name, value }: Document, top: number, named: boolean, style: Style): string {
  const table = fieldsTable(fieldCosts(encodeCanonical(value)), top, style);
  return `\n${named ? `${style('strong', printable(name))}\n` : ''}${table}`;
}
