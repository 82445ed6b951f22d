/** Draws `plots/*.svg` from `results/sizes.json`, `results/networks.json` and `results/results.jsonl`: `npm run plots`. What was not measured is not drawn. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { draw, type Chart } from './charts/drawing.ts';
import { readTimes } from './charts/measured.ts';
import { heartbeatsChart, networksChart } from './charts/networks.ts';
import { sizesChart } from './charts/sizes.ts';
import { codecCharts, growingCharts, streamCharts } from './charts/suites.ts';
import { readSizes } from './documents/results.ts';
import { readResults as readNetworks } from './networks/results.ts';

const folder = new URL('plots/', import.meta.url);
const [file] = process.argv.slice(2);
const results = file === undefined ? new URL('results/results.jsonl', import.meta.url) : pathToFileURL(file);

const charts: Readonly<Record<string, Chart>> = {
  sizes: sizesChart(readSizes()),
  networks: networksChart(readNetworks()),
  heartbeats: heartbeatsChart(readNetworks()),
  ...codecCharts(['codecs', 'commands'].flatMap((suite) => readTimes(results, suite))),
  ...streamCharts(readTimes(results, 'streams')),
  ...growingCharts(readTimes(results, 'growing')),
};

mkdirSync(folder, { recursive: true });
for (const [name, chart] of Object.entries(charts)) {
  writeFileSync(new URL(`${name}.svg`, folder), draw(chart));
  console.log(`bench/plots/${name}.svg`);
}
