/** What `petrel compare` does: the work is in a file of its own, so that the peers' libraries load only when it runs. */
import { writeFileSync } from 'node:fs';
import type { Encodable } from 'petrel/value';
import { CommandError, printable, usage } from '../exit.ts';
import { readText, write } from '../io.ts';
import { parseJson } from '../json.ts';
import { optionalTarget, type TypeOptions } from '../proto/target.ts';
import { styleFor, type ColorMode, type Style } from '../style.ts';
import { chart } from './chart.ts';
import { fieldCosts } from './fields.ts';
import { encodeCanonical, findMisfits, priceDocument } from './prices.ts';
import { inferredProtobuf, typedProtobuf, type Protobuf } from './protobuf.ts';
import { documentsTable, documentTable, fieldsTable, notes, type Priced } from './table.ts';

export interface CompareOptions extends TypeOptions {
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
  const documents: Document[] = [];
  for (const file of files) documents.push(await price(file, inProtobuf));
  if (options.svg !== undefined) writeOut(options.svg, chart(documents));
  if (saveProto !== undefined) writeOut(saveProto, documents[0]!.protobuf.proto!);
  await write(options.json ? ndjson(documents, options) : report(documents, options));
}

async function price(file: string, inProtobuf: (value: Encodable) => Protobuf): Promise<Document> {
  const name = file === '-' ? 'standard input' : file;
  const text = await readText(file);
  try {
    const value = parseJson(text);
    const protobuf = inProtobuf(value);
    return {
      name,
      value,
      protobuf,
      sizes: priceDocument(value, protobuf.bytes),
      misfits: findMisfits(value),
    };
  } catch (error) {
    throw error instanceof CommandError
      ? new CommandError(`${name}: ${error.message}`, error.exitCode)
      : error;
  }
}

function writeOut(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw usage(`can't write ${file}: ${(error as Error).message}`);
  }
}

function ndjson(documents: readonly Document[], { fields, top }: CompareOptions): string {
  const lines = documents.map(({ name, sizes, misfits, protobuf, value }) => {
    const { type, schemaBytes, absent, texts, mixed } = protobuf;
    const schema = { inferred: type === undefined, type: type ?? null, schemaBytes, absent, texts, mixed };
    const costs = fields && { fields: fieldCosts(encodeCanonical(value)).slice(0, top) };
    return JSON.stringify({ file: name, sizes, misfits, protobuf: schema, ...costs });
  });
  return `${lines.join('\n')}\n`;
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
