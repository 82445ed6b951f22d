/** The rows of what a connection said. */
import type { Said } from 'petrel/conversation';
import { writeHead } from 'petrel/frame';
import { inspectFrames, type InspectOptions, type Row } from 'petrel/inspect';
import { inspectResp } from 'petrel/inspect/resp';
import { Writer } from 'petrel/wire';
import type { ReportOptions } from './options.ts';

export function rowsOf(
  said: Said,
  { limits, inflate, showSecrets, messages }: ReportOptions,
): readonly Row[] {
  const { protocol, kind, bytes, from, connection } = said;
  const options: InspectOptions = { limits, inflate, showSecrets, ...(messages && { messages }) };
  if (protocol === 'petrel') return [...inspectFrames(frameBytes(kind, bytes), options)];
  return [...inspectResp(bytes, { ...options, side: from === connection.client ? 'client' : 'server' })];
}

/** Of a frame at fault, what is wrong. */
export function faultText({ fault }: Said, rows: readonly Row[]): string | undefined {
  const row = fault && rows.find((each) => each.fault !== undefined && !each.inflated);
  return row && `${row.label} [${row.rule ?? ''}] ${row.meaning}`;
}

/** The frame that a payload was in: of a head there is one spelling. [FRAME-2] */
function frameBytes(kind: number, payload: Uint8Array): Uint8Array {
  const writer = new Writer(payload.length + 6);
  writeHead(writer, kind, payload.length);
  writer.raw(payload);
  return writer.peek();
}
