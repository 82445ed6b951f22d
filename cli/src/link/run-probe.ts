/** `petrel probe` as it runs. */
import { parseAddress, ProbeRace, Routes } from 'petrel/link/connect';
import {
  ARTICLE_RACE,
  endpointKey,
  MARS_RACE,
  type AttemptReport,
  type Endpoint,
  type RaceOptions,
  type RaceStrategy,
} from 'petrel/link/policy';
import { quote } from 'petrel/wire';
import { Exit } from '../exit.ts';
import { padTo } from '../inspect/cells.ts';
import { write } from '../io.ts';
import { styleFor, type ColorMode, type Style } from '../style.ts';
import type { RouteFlags } from './flags.ts';
import { demandAddress, routeOptions } from './routes.ts';

export interface ProbeFlags extends RouteFlags {
  readonly json?: true;
  readonly color: ColorMode;
  readonly strategy: RaceStrategy | 'mars' | 'article' | 'all';
  readonly headStart?: number;
  readonly timeout: number;
}

interface Result {
  readonly won: Endpoint | undefined;
  readonly attempts: readonly AttemptReport[];
  readonly errorOf: (report: AttemptReport) => Error | undefined;
}

export async function probe(endpoints: readonly string[], options: ProbeFlags): Promise<void> {
  for (const each of endpoints) demandAddress(each);
  const routes = new Routes(
    endpoints.map((text) => parseAddress(text)),
    routeOptions(options),
  );
  const began = performance.timeOrigin + performance.now();
  const results = options.strategy === 'all' ? await all(routes, options) : [await race(routes, options)];
  const lines = results.flatMap((result) =>
    result.attempts.map((each) => ({ each, error: result.errorOf(each) })),
  );
  const won = results.find((result) => result.won !== undefined)?.won;
  if (options.json) {
    for (const { each, error } of lines) await write(`${json(each, error, began)}\n`);
    await write(
      `${JSON.stringify({ race: { won: won === undefined ? null : endpointKey(won), strategy: options.strategy } })}\n`,
    );
  } else await write(table(lines, began, won, styleFor(options.color)));
  if (won === undefined) process.exitCode = Exit.UNREACHABLE;
}

/** All candidates, those of names as these are resolved. */
function race(routes: Routes, options: ProbeFlags): Promise<Result> {
  return new Promise((resolve) => {
    const running = new ProbeRace({
      race: raceOptions(options),
      openOf: (endpoint) => routes.open(endpoint),
      ended: (won, over) => resolve(resultOf(won, over)),
    });
    running.add(routes.literal);
    const names = routes.resolve().map(async (found) => running.add(await found));
    void Promise.all(names).then(() => running.noMore());
  });
}

function resultOf(won: Endpoint | undefined, over: ProbeRace): Result {
  return { won, attempts: over.report(), errorOf: (report) => over.errorOf(report) };
}

/** Each candidate in a race of its own. */
async function all(routes: Routes, options: ProbeFlags): Promise<Result[]> {
  const found = (await Promise.all(routes.resolve())).flat();
  return Promise.all([...routes.literal, ...found].map((endpoint) => alone(routes, endpoint, options)));
}

function alone(routes: Routes, endpoint: Endpoint, options: ProbeFlags): Promise<Result> {
  return new Promise((resolve) => {
    const running = new ProbeRace({
      race: { attemptTimeout: options.timeout },
      openOf: (each) => routes.open(each),
      ended: (won, over) => resolve(resultOf(won, over)),
    });
    running.add([endpoint]);
    running.noMore();
  });
}

function raceOptions({ strategy, headStart, timeout }: ProbeFlags): RaceOptions {
  const given = { attemptTimeout: timeout, ...(headStart !== undefined && { headStart }) };
  switch (strategy) {
    case 'mars':
      return { ...MARS_RACE, ...given };
    case 'article':
      return { ...ARTICLE_RACE, ...given };
    case 'all':
      return given;
    default:
      return { strategy, ...given };
  }
}

function json(report: AttemptReport, error: Error | undefined, began: number): string {
  const { id, endpoint, startedAt, connectedAt, endedAt, outcome } = report;
  const at = (time: number | undefined): number | null => (time === undefined ? null : round(time - began));
  return JSON.stringify({
    attempt: id,
    endpoint: endpointKey(endpoint),
    started: at(startedAt),
    connected: at(connectedAt),
    ended: at(endedAt),
    outcome: outcome ?? null,
    ...(error !== undefined && { error: error.message }),
  });
}

function round(time: number): number {
  return Math.round(time * 10) / 10;
}

const HEADS = ['endpoint', 'started', 'connected', 'ended', 'outcome'] as const;

function table(
  lines: readonly { readonly each: AttemptReport; readonly error: Error | undefined }[],
  began: number,
  won: Endpoint | undefined,
  style: Style,
): string {
  const at = (time: number | undefined): string =>
    time === undefined ? '-' : round(time - began).toFixed(1);
  const rows = lines.map(({ each, error }) => [
    endpointKey(each.endpoint),
    at(each.startedAt),
    at(each.connectedAt),
    at(each.endedAt),
    `${each.outcome ?? '-'}${error === undefined ? '' : `: ${quote(error.message).slice(1, -1)}`}`,
  ]);
  const widths = HEADS.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => padTo(cell, widths[i]!))
      .join('  ')
      .trimEnd();
  const last =
    won === undefined
      ? style('error', 'nobody has answered')
      : `${style('strong', endpointKey(won))} has won`;
  return `${[style('note', line(HEADS)), ...rows.map(line), last].join('\n')}\n`;
}
