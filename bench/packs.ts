/**
 * What batches of chat messages cost, plain and packed, beside JSON, MessagePack and WebSocket.
 *
 *   npm run packs                fetches the sentences, measures, writes results/packs.json
 *   npm run packs -- --summary   prints the README's table, from what was measured before
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { conversations } from './packs/conversations.ts';
import { FORMATS, price, type Format, type Prices } from './packs/price.ts';

interface Row {
  readonly about: string;
  readonly size: number;
  readonly prices: Prices;
}

const FILE = new URL('results/packs.json', import.meta.url);
const SIZES = [1, 5, 20, 100];

async function measure(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { about, messages } of conversations())
    for (const size of SIZES) {
      const prices = await price(messages, size);
      rows.push({ about, size, prices });
    }
  return rows;
}

/** Each row's shortest is bold. */
function table(rows: readonly Row[]): string {
  const formats = Object.keys(FORMATS) as Format[];
  const head = ['messages', 'in a batch', ...Object.values(FORMATS)];
  const lines = rows.map(({ about, size, prices }) => {
    const least = Math.min(...formats.map((name) => prices[name]));
    const cells = formats.map((name) => {
      const text = prices[name].toFixed(1);
      return prices[name] === least ? `**${text}**` : text;
    });
    return [about, String(size), ...cells];
  });
  return [head, ['---', ...head.slice(1).map(() => '---:')], ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

if (!process.argv.includes('--summary')) {
  const rows = await measure();
  writeFileSync(FILE, `${JSON.stringify(rows, undefined, 2)}\n`);
}
console.log(table(JSON.parse(readFileSync(FILE, 'utf8')) as Row[]));
