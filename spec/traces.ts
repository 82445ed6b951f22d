/** The traces of this folder, all files. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Trace, TraceFile } from './trace.ts';
import type { Fault } from './vector.ts';

const directory = new URL('traces/', import.meta.url);

export const traceFiles: readonly (readonly [name: string, file: TraceFile])[] = readdirSync(directory).map(
  (name) => [name, JSON.parse(readFileSync(new URL(name, directory), 'utf8')) as TraceFile],
);

export const traces: readonly Trace[] = traceFiles.flatMap(([, file]) => file.traces);

/** The faults that a trace's side reports, in order. */
export function faultsIn({ steps }: Trace): Fault[] {
  return steps.flatMap(({ events = [] }) =>
    events.flatMap(({ error }) => (error === undefined ? [] : [error])),
  );
}
