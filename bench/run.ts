// Measures the suites, and writes what was found to results and tables.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { browserSection, readBrowserResults } from './browser/results.ts';
import { builtWorks } from './build.ts';
import { chosen, type Work } from './choice.ts';
import { FULL, QUICK } from './harness.ts';
import { report } from './report.ts';
import { FULL_RESULTS, QUICK_RESULTS, readResults } from './results.ts';
import { runAll } from './runner.ts';
import { loadSuites, type Loaded } from './suites/index.ts';

const USAGE = `npm run bench                                  everything
npm run bench -- --only a,commands --quick     some corpora and suites, roughly
npm run bench -- --again                       also what is there already
npm run bench -- --table                       only the tables, of what is there

What is there at the same commit, on the same machine, is skipped; Ctrl-C keeps what was found. Results are in
bench/results/results.jsonl and bench/RESULTS.md, those of --quick in bench/results/quick.jsonl and quick.md.
BENCH_CLOCK=cpu counts processor time, where a machine is busy with something else.`;

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
  },
});
const { quick, again } = options;
const path = quick ? QUICK_RESULTS : FULL_RESULTS;
const table = fileURLToPath(new URL(quick ? 'results/quick.md' : 'RESULTS.md', import.meta.url));

function log(line: string): void {
  console.error(line);
}

/** @returns the exit code */
async function measure(works: readonly Work[]): Promise<number> {
  const ended = new AbortController();
  process.once('SIGINT', () => ended.abort());
  const plan = quick ? QUICK : FULL;
  const built = await builtWorks(works);
  const outcome = await runAll(built.works, { plan, path, again, log, signal: ended.signal });
  built.remove();
  for (const line of outcome.failed) log(`FAILED: ${line}`);
  if (ended.signal.aborted) {
    const kept = outcome.measured + outcome.skipped;
    log(`ended: ${kept} of ${works.length} are kept in ${path}; run it again to go on`);
    return 130;
  }
  return outcome.failed.length === 0 ? 0 : 1;
}

function writeTables(suites: readonly Loaded[]): void {
  const all = suites.map(({ suite }) => suite);
  const browser = readBrowserResults();
  const section = browser === undefined ? '' : `\n${browserSection(browser)}\n`;
  const markdown = report(all, readResults(path), quick) + section;
  mkdirSync(dirname(table), { recursive: true });
  writeFileSync(table, markdown);
  console.log(markdown);
}

async function run(): Promise<number> {
  const suites = await loadSuites();
  const words = options.only.flatMap((list) => list.split(',')).filter((word) => word !== '');
  const code = options.table ? 0 : await measure(chosen(suites, words));
  writeTables(suites);
  return code;
}

try {
  if (options.help) console.log(USAGE);
  else process.exitCode = await run();
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
