/**
 * How fast a client reaches its server on bad networks, simulated in virtual time with the policies that are shipped.
 *
 *   npm run bench:networks                 measures, writes results/networks.json and networks/RESULTS.md
 *   npm run bench:networks -- --summary    prints the README's part, from what was measured before
 */
import { writeFileSync } from 'node:fs';
import { measureAll, readResults, writeResults } from './networks/results.ts';
import { report, summary } from './networks/tables.ts';

const CLIENTS = 400;
const DEVICES = 60;

if (!process.argv.includes('--summary')) {
  const results = measureAll(CLIENTS, DEVICES, (name) => console.error(name));
  writeResults(results);
  writeFileSync(new URL('networks/RESULTS.md', import.meta.url), report(readResults()));
}
console.log(summary(readResults()));
