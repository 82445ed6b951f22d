/** What came of the cuts, as lines for a terminal and as the tables of CUTS.md. */
import { FAILURES } from './plan.ts';
import type { Outcome } from './run.ts';

/** Cuts of first connections, and of those that follow. */
export function cutsOf({ made }: Outcome): { readonly first: number; readonly again: number } {
  const pairs = Object.values(made);
  return {
    first: pairs.reduce((sum, [first]) => sum + first, 0),
    again: pairs.reduce((sum, [, again]) => sum + again, 0),
  };
}

/** Whether every message was delivered once and in order. */
export function isClean({ tally, stuck, faults }: Outcome): boolean {
  return tally.lost + tally.duplicated + tally.reordered + stuck + faults.length === 0;
}

export function lineOf(outcome: Outcome): string {
  const { subject, tally, stuck, seconds } = outcome;
  const { first, again } = cutsOf(outcome);
  return `${subject}: ${first + again} cuts, ${tally.messages} messages, ${tally.lost} lost, ${tally.duplicated} duplicated, ${tally.reordered} reordered, ${stuck} stuck; ${seconds.toFixed(0)} s`;
}

/** Rows of the table, each with what it says of an outcome. */
const ROWS: readonly (readonly [name: string, of: (outcome: Outcome) => string])[] = [
  ['conversations', ({ conversations }) => figure(conversations)],
  ['bytes of one that is not cut, up + down', ({ lengths }) => `${figure(lengths.up)} + ${figure(lengths.down)}`],
  ['places for a first cut, and of them cut at', ({ places, reached }) => `${figure(places)}, ${figure(reached)}`],
  ['cuts of first connections', (outcome) => figure(cutsOf(outcome).first)],
  ['cuts of the connections that follow', (outcome) => figure(cutsOf(outcome).again)],
  ...FAILURES.map((how) => [`of both, by ${how}`, ({ made }: Outcome) => figure(made[how][0] + made[how][1])] as const),
  ['messages and replies', ({ tally }) => figure(tally.messages)],
  ['**lost**', ({ tally, affected }) => affectedOf(tally.lost, affected.lost)],
  ['**duplicated**', ({ tally, affected }) => affectedOf(tally.duplicated, affected.duplicated)],
  ['**reordered**', ({ tally, affected }) => affectedOf(tally.reordered, affected.reordered)],
  ['conversations that did not end', ({ stuck }) => figure(stuck)],
  ['a silence noticed by the client: median, p99, most, in ms', ({ noticed }) => times(noticed.client)],
  ['by the server', ({ noticed }) => times(noticed.server)],
  ['a timer of 1 ms was called after: p99, most, in ms', ({ late }) => `${figure(Math.round(late.p99))}, ${figure(Math.round(late.most))}`],
  ['connections given up that nobody had cut', ({ falseAlarms }) => figure(falseAlarms)],
]; // prettier-ignore

/** A column for each outcome. */
export function table(outcomes: readonly Outcome[]): string {
  const names = outcomes.map(({ subject }) => subject);
  const rows = ROWS.map(([name, of]) => row([name, ...outcomes.map((outcome) => of(outcome))]));
  return [row(['', ...names]), row(['---', ...names.map(() => '--:')]), ...rows].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function affectedOf(messages: number, conversations: number): string {
  if (messages === 0) return '0';
  return `${figure(messages)}, in ${figure(conversations)} conversation${conversations === 1 ? '' : 's'}`;
}

function times(milliseconds: readonly number[]): string {
  if (milliseconds.length === 0) return '-';
  const at = (share: number): string =>
    figure(Math.round(milliseconds[Math.ceil(share * milliseconds.length) - 1]!));
  return [at(0.5), at(0.99), at(1)].join(', ');
}

function figure(number: number): string {
  return number.toLocaleString('en-US');
}
