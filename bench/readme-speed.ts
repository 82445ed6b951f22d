/** The README's tables of speed: a part of what `npm run bench` found. */
import { FULL_RESULTS, readResults, type Result } from './results.ts';
import { circumstances, findingsOf, versions } from './report.ts';
import { loadSuites } from './suites/index.ts';
import { compactTable } from './tables.ts';

/** What a table shows of a suite. */
interface Part {
  readonly suite: string;
  readonly corpora: readonly string[];
  readonly operations: readonly string[];
  readonly candidates: readonly string[];
}

const PARTS: Readonly<Record<string, Part>> = {
  speed: {
    suite: 'codecs',
    corpora: ['a', 'b', 'f'],
    operations: ['own', 'dec'],
    candidates: [
      'Petrel values',
      'Petrel values, compiled',
      'JSON',
      'msgpackr',
      'msgpackr records',
      'cbor-x records',
    ],
  },
  messages: {
    suite: 'codecs',
    corpora: ['a', 'b', 'd', 'f'],
    operations: ['own', 'into', 'dec', 'skim'],
    candidates: [
      'Petrel messages, generated',
      'Petrel messages, interpreted',
      'protobufjs, static',
      'pbf',
      'protobuf-es',
      'avsc',
    ],
  },
};

/** @returns a part's Markdown; undefined where nothing of it was measured */
export async function speedPart(name: string): Promise<string | undefined> {
  const { suite: wanted, corpora, operations, candidates } = PARTS[name]!;
  const loaded = await loadSuites();
  const { suite } = loaded.find((each) => each.suite.name === wanted)!;
  const results = readResults(FULL_RESULTS).filter(
    (result) =>
      result.suite === wanted && corpora.includes(result.corpus) && candidates.includes(result.candidate),
  );
  if (results.length === 0) return undefined;
  const there = candidates.filter((each) => results.some(({ candidate }) => candidate === each));
  const about = suite.corpora.filter((corpus) => corpora.includes(corpus.name));
  const meant = suite.operations.filter((operation) => operations.includes(operation.name));
  return `${compactTable(findingsOf(suite, results), corpora, operations, there)}

${[...about, ...meant].map((each) => `- ${each.name}: ${each.about}`).join('\n')}

Medians with half of their 95 % interval; in parentheses, the time of the best peer in the row over the candidate's: above 1 it is
faster.${marks(results)} [More peers, corpora and operations](bench/RESULTS.md), with what is promised.

${circumstances(results)} ${versions(results)}: \`npm run bench\`.`;
}

function marks(results: readonly Result[]): string {
  const differs = results.some((result) => result.differs !== null);
  const busy = results.some(({ reference }) => !reference.held);
  return `${differs ? ' `*`: bigints instead of numbers.' : ''}${busy ? ' `~`: the machine was busy.' : ''}`;
}
