// Measures the suites, and writes what was found to results and tables. What is there at the same commit is skipped; Ctrl-C keeps
// what was found.
//
//   npm run bench                               everything
//   npm run bench -- --only a,streams --quick   some corpora and suites, roughly
//   npm run bench -- --again                    also what is there
//   npm run bench -- --table                    only the tables, of what is there
//
// BENCH_CLOCK=cpu counts processor time, where a machine is busy with something else.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chosen } from './choice.ts';
import { FULL, QUICK } from './harness.ts';
import { report } from './report.ts';
import { FULL_RESULTS, QUICK_RESULTS, readResults } from './results.ts';
import { runAll } from './runner.ts';
import { loadSuites } from './suites/index.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
  },
});
const { quick, again } = options;
const path = quick ? QUICK_RESULTS : FULL_RESULTS;
const table = fileURLToPath(new URL(quick ? 'results/quick.md' : 'RESULTS.md', import.meta.url));

const ended = new AbortController();
process.once('SIGINT', () => ended.abort());

const suites = await loadSuites();
const words = options.only.flatMap((list) => list.split(',')).filter((word) => word !== '');
const works = chosen(suites, words);
const plan = quick ? QUICK : FULL;
const run = { plan, path, again, log: (line: string) => console.error(line), signal: ended.signal };
const { measured, skipped, failed } = await runAll(options.table ? [] : works, run);

const markdown = report(
  suites.map(({ suite }) => suite),
  readResults(path),
  quick,
);
writeFileSync(table, markdown);
console.log(markdown);
for (const line of failed) console.error(`FAILED: ${line}`);
if (ended.signal.aborted) {
  console.error(
    `\nended: ${measured + skipped} of ${works.length} are kept in ${path}; run it again to go on`,
  );
  process.exitCode = 130;
} else process.exitCode = failed.length === 0 ? 0 : 1;
