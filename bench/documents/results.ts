/** What was measured, as `results/sizes.json` keeps it: tables and plots are made from it alone. */
import { readFileSync, writeFileSync } from 'node:fs';
import { FAMILIES, type Document, type Family } from './list.ts';
import type { Format, Prices } from './price.ts';

export interface Results {
  /** What wrote the bytes, by name. */
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly documents: Readonly<Record<string, Prices>>;
}

export interface Priced extends Document {
  readonly prices: Prices;
}

export interface PricedFamily extends Family {
  readonly documents: readonly Priced[];
}

const file = new URL('../results/sizes.json', import.meta.url);

export function readSizes(): Results {
  return JSON.parse(readFileSync(file, 'utf8')) as Results;
}

export function writeSizes(results: Results): void {
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** @throws Error if a document has no prices */
export function withPrices({ documents }: Results): PricedFamily[] {
  const priced = (document: Document): Priced => {
    const prices = documents[document.name];
    if (prices === undefined) throw new Error(`${document.name} was not measured`);
    return { ...document, prices };
  };
  return FAMILIES.map((family) => ({ ...family, documents: family.documents.map(priced) }));
}

/** Bytes as a multiple of MessagePack's. */
export function ofMessagePack({ prices }: Priced, format: Format): number {
  return prices[format] / prices.messagepack;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
