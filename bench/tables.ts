/** Results as tables in Markdown. A ratio is the best peer's time over that of the candidate: above 1, it is faster. */
import type { Result } from './results.ts';
import { ratio, timeText } from './statistics.ts';

/** The results of one suite. */
export class Findings {
  private readonly results: readonly Result[];

  constructor(results: readonly Result[]) {
    this.results = results.filter(({ error }) => error === undefined);
  }

  of(corpus: string, operation: string, candidate: string, control = false): Result | undefined {
    return this.results.find(
      (result) =>
        result.corpus === corpus &&
        result.operation === operation &&
        result.candidate === candidate &&
        result.control === control,
    );
  }

  /** The fastest of the peers that answer the same as everyone; of these, if there are names. */
  bestPeer(corpus: string, operations: readonly string[], names?: readonly string[]): Result | undefined {
    return this.results
      .filter(
        (result) =>
          result.corpus === corpus &&
          operations.includes(result.operation) &&
          !result.ours &&
          !result.control &&
          result.differs === null &&
          (names === undefined || names.includes(result.candidate)),
      )
      .toSorted((a, b) => a.nanoseconds! - b.nanoseconds!)[0];
  }

  /** The least time of all. */
  least(corpus: string, operation: string): number {
    const times = this.results
      .filter((result) => result.corpus === corpus && result.operation === operation && !result.control)
      .map(({ nanoseconds }) => nanoseconds!);
    return Math.min(...times);
  }

  /** Operations of a corpus that anyone has. */
  operations(corpus: string, names: readonly string[]): string[] {
    return names.filter((name) =>
      this.results.some((result) => result.corpus === corpus && result.operation === name),
    );
  }

  /** Every note on a corpus about what differs. */
  differences(corpus: string): string[] {
    const found = this.results.filter((result) => result.corpus === corpus && result.differs !== null);
    const lines = found.map(({ candidate, operation, differs }) => `${candidate}, ${operation}: ${differs}`);
    return [...new Set(lines)];
  }

  /** What two processes of the same candidate measured beside each other, by operation. */
  controls(corpus: string): string[] {
    return this.results
      .filter((result) => result.corpus === corpus && result.control)
      .map((again) => {
        const first = this.of(corpus, again.operation, again.candidate)!;
        return `${again.operation} ${ratio(first.times, again.times).toFixed(2)}`;
      });
  }
}

/** `~` where the reference loop did not stay near its best, `*` where the answer differs. */
export function mark({ reference, differs }: Result): string {
  return `${reference.held ? '' : ' ~'}${differs === null ? '' : ' *'}`;
}

/** A time, its margin and its ratio to the best peer's; the fastest of all is bold. */
function cell(findings: Findings, result: Result | undefined): string {
  if (result === undefined) return '';
  const { corpus, operation, nanoseconds, margin } = result;
  const time = `${timeText(nanoseconds!)} ±${(margin! * 100).toFixed(0)} %`;
  const best = findings.bestPeer(corpus, [operation]);
  const times = best === undefined ? '' : ` (${ratio(best.times, result.times).toFixed(2)})`;
  const fastest = nanoseconds === findings.least(corpus, operation);
  return `${fastest ? `**${time}**` : time}${times}${mark(result)}`;
}

export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  left = 1,
): string {
  const rule = head.map((_, i) => (i < left ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A row a candidate, a column an operation. */
export function corpusTable(
  findings: Findings,
  corpus: string,
  names: readonly string[],
  candidates: readonly string[],
): string {
  const operations = findings.operations(corpus, names);
  const rows = candidates.flatMap((candidate) => {
    const found = operations.map((operation) => findings.of(corpus, operation, candidate));
    const any = found.find((result) => result !== undefined);
    if (any === undefined) return [];
    return [[candidate, any.bytes!.toFixed(0), ...found.map((result) => cell(findings, result))]];
  });
  return markdownTable(['', 'bytes', ...operations], rows);
}

/** A row a corpus and operation, a column a candidate: for few candidates. */
export function compactTable(
  findings: Findings,
  corpora: readonly string[],
  names: readonly string[],
  candidates: readonly string[],
): string {
  const rows = corpora.flatMap((corpus) => [
    [corpus, 'bytes', ...candidates.map((candidate) => bytesOf(findings, corpus, names, candidate))],
    ...findings
      .operations(corpus, names)
      .map((operation) => [
        corpus,
        operation,
        ...candidates.map((candidate) => cell(findings, findings.of(corpus, operation, candidate))),
      ]),
  ]);
  return markdownTable(['corpus', 'operation', ...candidates], rows, 2);
}

function bytesOf(
  findings: Findings,
  corpus: string,
  operations: readonly string[],
  candidate: string,
): string {
  for (const operation of operations) {
    const result = findings.of(corpus, operation, candidate);
    if (result !== undefined) return result.bytes!.toFixed(0);
  }
  return '';
}
