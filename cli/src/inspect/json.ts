/** Rows as lines of JSON. */
import type { Row } from 'petrel/inspect';
import { formatPath } from 'petrel/wire';
import { faultJson } from '../line-json.ts';

/** A row: what it is, where, and what it means; a fault's is an object with `error`. `full` adds the bytes. */
export function rowJson(row: Row, full: boolean): string {
  const { offset, length, depth, kind, label, meaning, rule, inflated, fault } = row;
  // [ERROR-4] offsets in a PACK count from the first inflated byte, and the report says so
  const place = inflated ? { inflated } : {};
  if (fault !== undefined)
    return `{"offset":${offset}${inflated ? ',"inflated":true' : ''},"error":${faultJson(fault)}}\n`;
  const path = formatPath(row.path);
  const bytes = full && kind !== 'hidden' ? { hex: Buffer.from(row.bytes).toString('hex') } : {};
  return `${JSON.stringify({ offset, ...place, length, depth, kind, path, label, meaning, rule, ...bytes })}\n`;
}
