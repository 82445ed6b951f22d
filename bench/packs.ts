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

const NOTES = `
Averages over 600 messages, of Chinese 120, of seven fields (three ids, a time, a counter, a type, the text), in Petrel as PUSHes. The English
is sentences of 8 to 120 characters that strangers wrote, the Chinese is ours; nothing of either was trained on, but the usual
names of fields were, so that there are rows without them. No text comes twice. JSON, MessagePack and the compressors (gzip 9, brotli 11) have a
batch as one array, without an HTTP head. permessage-deflate has a frame for each message, *warm* after 100 others on the same connection: it
wins where a message comes alone, as long as the connection lasts, by a state of 32 KiB and more on both sides. PACKs have none, so that one
inflates on any link. From five messages on brotli, with 120 kB of built-in dictionary, is the shortest or near it.

\`npm run packs\`; the dictionary is made by \`npm run dictionary\`.`;

/** Each row's shortest is bold. */
function table(rows: readonly Row[]): string {
  const formats = Object.keys(FORMATS) as Format[];
  const head = ['messages', 'in a batch', ...Object.values(FORMATS)];
  const lines = rows.map(({ about, size, prices }) => {
    const least = Math.min(...formats.map((name) => prices[name] ?? Infinity));
    const cells = formats.map((name) => {
      const text = prices[name]?.toFixed(1) ?? '';
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
console.log(NOTES);
