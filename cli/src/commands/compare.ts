/** `petrel compare`: what a JSON document costs in Petrel and in other formats. */
import { writeFileSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import type { Encodable } from 'petrel/value';
import { chart } from '../compare/chart.ts';
import { fieldCosts } from '../compare/fields.ts';
import { encodeCanonical, findMisfits, priceDocument } from '../compare/prices.ts';
import { documentsTable, documentTable, fieldsTable, notes, type Priced } from '../compare/table.ts';
import { CommandError, printable, usage } from '../exit.ts';
import { withExamples } from '../help.ts';
import { readText, write } from '../io.ts';
import { parseJson } from '../json.ts';
import { styleFor, withColor, type ColorMode, type Style } from '../style.ts';

interface CompareOptions {
  readonly fields?: true;
  /** How many fields are shown. */
  readonly top?: number;
  readonly json?: true;
  readonly svg?: string;
  readonly color: ColorMode;
}

interface Document extends Priced {
  readonly value: Encodable;
}

const USUAL_FIELDS = 20;

const DETAILS = `
JSON is written without spaces, numbers as they are; gzip is at level 9, brotli at quality 11, deflate at level 9. RESP3
takes bulk strings and maps. MessagePack and CBOR take the shortest exact form of every integer, length and float.
Petrel is the canonical form, "plain" the same without records and text references. Every number is counted on bytes
that were written; nothing is estimated.`;

export function register(program: Command): void {
  const command = program
    .command('compare')
    .description('Price JSON documents in Petrel, JSON (also compressed), RESP3, MessagePack and CBOR.')
    .argument('<file...>', 'JSON files; - for standard input')
    .option('--fields', 'what each field costs in Petrel, the most expensive first')
    .option('--top <count>', `how many fields (default: ${USUAL_FIELDS}, with --json all)`, fieldCount)
    .option('--json', 'one JSON object a line: the file, its sizes, and with --fields every field')
    .option('--svg <file>', 'draw the sizes as a bar chart')
    .addHelpText('after', DETAILS)
    .action(compare);
  withColor(command);
  withExamples(command, [
    ['what would this document cost?', 'petrel compare package-lock.json'],
    ['which of its fields cost the most?', 'petrel compare --fields --top 10 package-lock.json'],
    ['several documents, and a chart of them', 'petrel compare --svg sizes.svg *.json'],
    ['for a script', 'petrel compare --json package-lock.json | jq .sizes.petrel'],
  ]);
}

function fieldCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It is a whole number of at least 1.');
  return Number(text);
}

async function compare(files: readonly string[], options: CompareOptions): Promise<void> {
  if (files.filter((file) => file === '-').length > 1) throw usage('standard input can be read only once');
  const documents: Document[] = [];
  for (const file of files) documents.push(await price(file));
  if (options.svg !== undefined) writeChart(options.svg, documents);
  await write(options.json ? ndjson(documents, options) : report(documents, options));
}

async function price(file: string): Promise<Document> {
  const name = file === '-' ? 'standard input' : file;
  const text = await readText(file);
  try {
    const value = parseJson(text);
    return { name, value, sizes: priceDocument(value), misfits: findMisfits(value) };
  } catch (error) {
    throw error instanceof CommandError
      ? new CommandError(`${name}: ${error.message}`, error.exitCode)
      : error;
  }
}

function writeChart(file: string, documents: readonly Document[]): void {
  try {
    writeFileSync(file, chart(documents));
  } catch (error) {
    throw usage(`can't write ${file}: ${(error as Error).message}`);
  }
}

function ndjson(documents: readonly Document[], { fields, top }: CompareOptions): string {
  const lines = documents.map(({ name, sizes, misfits, value }) => {
    const costs = fields && { fields: fieldCosts(encodeCanonical(value)).slice(0, top) };
    return JSON.stringify({ file: name, sizes, misfits, ...costs });
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
