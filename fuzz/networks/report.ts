/** What came of it, as lines for a terminal and as the table of NETWORKS.md. */
import { markdownTable } from '../../bench/tables.ts';
import type { Outcome } from './run.ts';

/** Whether every message was delivered once and in order, over every fault. */
export function isClean({ tally, stuck, notes }: Outcome): boolean {
  return tally.lost + tally.duplicated + tally.reordered + stuck + notes.length === 0;
}

export function lineOf({ subject, silent, told, tally, stuck, seconds }: Outcome): string {
  const { messages, lost, duplicated, reordered } = tally;
  return `${subject}: ${silent} silent faults and ${told} told, ${messages} messages, ${lost} lost, ${duplicated} duplicated, ${reordered} reordered, ${stuck} stuck; ${seconds.toFixed(0)} s`;
}

type Row = readonly [name: string, of: (outcome: Outcome) => string];

const ROWS: readonly Row[] = [
  ['silent faults, told faults', ({ silent, told }) => `${figure(silent)}, ${figure(told)}`],
  ['messages', ({ tally }) => figure(tally.messages)],
  ['**lost**', ({ tally }) => figure(tally.lost)],
  ['**duplicated**', ({ tally }) => figure(tally.duplicated)],
  ['**reordered**', ({ tally }) => figure(tally.reordered)],
  ['faults after which it did not go on', ({ stuck }) => figure(stuck)],
  ['a silence has to be noticed within, by configuration', ({ bound }) => `${figure(bound)} ms`],
  ['and was by the client: median, p99, most', ({ noticed }) => times(noticed)],
  ['both sides heard something new after', ({ recovered }) => times(recovered)],
  ['the preferred way was in use again after the fault', ({ returned }) => times(returned)],
  ['bytes for each message, both ways of its connections', ({ bytes }) => bytes.toFixed(0)],
  ['connections for each fault', ({ connections }) => connections.toFixed(1)],
  ['a timer of 1 ms was called after: p99, most', ({ late }) => `${figure(Math.round(late.p99))}, ${figure(Math.round(late.most))} ms`],
]; // prettier-ignore

/** A column for each outcome. */
export function table(outcomes: readonly Outcome[]): string {
  return markdownTable(
    ['', ...outcomes.map(({ subject }) => subject)],
    ROWS.map(([name, of]) => [name, ...outcomes.map((outcome) => of(outcome))]),
  );
}

function times(milliseconds: readonly number[]): string {
  if (milliseconds.length === 0) return '-';
  const at = (share: number): string =>
    figure(Math.round(milliseconds[Math.ceil(share * milliseconds.length) - 1]!));
  return `${[at(0.5), at(0.99), at(1)].join(', ')} ms`;
}

function figure(number: number): string {
  return number.toLocaleString('en-US');
}
