/** The tables of sizes, in Markdown: the README's, by family, and that of `SIZES.md`, of every document. */
import { isInstalled } from './list.ts';
import { FORMATS, type Format } from './price.ts';
import {
  geometricMean,
  ofMessagePack,
  withPrices,
  type Priced,
  type PricedFamily,
  type Results,
} from './results.ts';

/** Each family's geometric means over MessagePack: the README's part. */
export function summary(results: Results): string {
  const families = withPrices(results);
  const all = families.flatMap(({ documents }) => documents);
  const shown = FORMATS.filter(({ id }) => id !== 'messagepack');
  const head = ['family', 'documents', ...shown.map(({ label }) => label), 'best', 'worst'];
  const means = (name: string, documents: readonly Priced[]): string[] => {
    const ratios = documents.map((document) => ofMessagePack(document, 'petrel'));
    const cells = shown.map(({ id }) => marked(id, mean(documents, id)));
    const ends = [Math.min(...ratios), Math.max(...ratios)].map(fixed);
    return [name, String(documents.length), ...cells, ...ends];
  };
  return [
    table([
      head,
      ...families.map(({ name, documents }) => means(name, documents)),
      means(`**all ${all.length}**`, all),
    ]),
    `Geometric means of bytes over those of MessagePack, which is 1; best and worst are Petrel's. ${fresh(all)} ${above(all)}`,
    `![${PLOT_TEXT}](bench/plots/sizes.svg)`,
    `What each document costs: [bench/SIZES.md](bench/SIZES.md). ${conditions(results)}`,
  ].join('\n\n');
}

/** Every document: `SIZES.md`. */
export function report(results: Results): string {
  const families = withPrices(results);
  const all = families.flatMap(({ documents }) => documents);
  return `# Sizes of public JSON documents

Bytes of ${all.length} files out of npm packages, that nobody here wrote: \`corpora.json\` pins package, version, path and SHA-256. They
were chosen before any was measured but the ten that \`npm ci\` installs, and none was dropped since. Every format is at its best, and
every price is that of bytes that were read back as the document. gzip and deflate are at level 9, brotli at quality 11. Records of msgpackr are
defined in each document anew.

Petrel takes ${fixed(mean(all, 'petrel'))} of MessagePack, as a geometric mean. ${fresh(all)} ${above(all)}

![${PLOT_TEXT}](plots/sizes.svg)

${families.map(section).join('\n\n')}

${conditions(results)}
`;
}

const PLOT_TEXT = 'Bytes of each document in Petrel and its peers over those in MessagePack, by family';

function section({ name, about, documents }: PricedFamily): string {
  const head = ['document', ...FORMATS.map(({ label }) => label), 'of MessagePack'];
  const last = FORMATS.map(({ id }) => marked(id, mean(documents, id)));
  const rows = [head, ...documents.map(row), ['geometric mean, of MessagePack', ...last, '']];
  return `## ${name}: ${about}\n\n${table(rows)}\n\n${documents.map(source).join('\n')}`;
}

function row(document: Priced): string[] {
  const sizes = FORMATS.map(({ id }) => marked(id, String(document.prices[id])));
  return [document.name, ...sizes, fixed(ofMessagePack(document, 'petrel'))];
}

function source({ name, package: from, version, path, about }: Priced): string {
  return `- ${name}: \`${path}\` of ${from} ${version}, ${about}`;
}

function marked(format: Format, value: number | string): string {
  const text = typeof value === 'number' ? fixed(value) : value;
  return format === 'petrel' ? `**${text}**` : text;
}

function mean(documents: readonly Priced[], format: Format): number {
  return geometricMean(documents.map((document) => ofMessagePack(document, format)));
}

const fixed = (ratio: number): string => ratio.toFixed(3);

/** The mean of those of which nothing was known when they were chosen. */
function fresh(documents: readonly Priced[]): string {
  const unmeasured = documents.filter((document) => !isInstalled(document));
  return `Over the ${unmeasured.length} that were chosen unmeasured it is ${fixed(mean(unmeasured, 'petrel'))}.`;
}

const PEERS = ['messagepack', 'cbor'] as const;

/** Which documents another format without compression or records writes in fewer bytes. */
function above(documents: readonly Priced[]): string {
  const found = PEERS.flatMap((peer) => {
    const label = FORMATS.find(({ id }) => id === peer)!.label;
    return documents
      .filter(({ prices }) => prices.petrel > prices[peer])
      .map(
        ({ name, prices }) => `${name} than ${label} by ${prices.petrel - prices[peer]} of ${prices[peer]}`,
      );
  });
  if (found.length === 0) return 'No document is larger in Petrel than in MessagePack or CBOR.';
  return `Larger in Petrel: ${found.join('; ')} bytes.`;
}

function conditions({ versions }: Results): string {
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `\`npm run sizes\`, with ${names.join(', ')}. What no compressor wrote is the same everywhere: \`npm run sizes -- --check\`.`;
}

function table([head, ...rows]: readonly (readonly string[])[]): string {
  const rule = head!.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head!, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
