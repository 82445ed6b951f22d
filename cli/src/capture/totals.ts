/** What a capture comes to, as a table. */
import type { PacketCounts } from 'petrel/capture';
import type { Totals, VerbTotals } from 'petrel/conversation';
import { grouped } from '../amounts.ts';
import { printable } from '../exit.ts';
import type { Style } from '../style.ts';
import { cells, padTo } from '../inspect/cells.ts';
import { duration, packetsText } from './lines.ts';

/** Kinds and verbs beyond these, the largest first, are one row. */
const MOST_ROWS = 20;

/** The lines at the end of a capture that was shown. */
export function totalsText(totals: Totals, packets: PacketCounts, style: Style): string {
  const blocks = [[packetsText(packets)]];
  if (totals.frames > 0) {
    blocks.push(table([...totals.rows.values()], style));
    blocks.push([bytesText(totals, packets)]);
  }
  if (totals.slowest.length > 0) blocks.push(['slowest:', ...totals.slowest.slice(0, 5).map(slowText)]);
  const odd = oddities(totals);
  if (odd.length > 0) blocks.push(odd.map((line) => style('error', line)));
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function bytesText({ frames, bytes, overhead }: Totals, packets: PacketCounts): string {
  const of = (part: number): string => `${grouped(part)} (${((100 * part) / packets.bytes).toFixed(1)} %)`;
  return `${grouped(frames)} frames: ${of(bytes - overhead)} bytes of commands, replies and pushes, ${of(overhead)} of acknowledgements, heartbeats and handshakes, ${of(packets.bytes - bytes)} of TCP/IP and all else`;
}

function slowText({ request: { verb, id, connection, packet }, seconds }: Totals['slowest'][number]): string {
  return `  ${duration(seconds).padStart(8)}  ${printable(verb)} ${id}, connection ${connection}, packet ${packet}`;
}

function oddities({ faults, unanswered, missing, unread, remarks }: Totals): string[] {
  const lines = [
    [faults, 'frames at fault'],
    [unanswered, 'commands without a reply'],
    [missing, 'bytes that are not in the capture'],
    [unread, 'bytes that could not be read'],
    ...[...remarks].map(([remark, count]): [number, string] => [count, `frames: ${remark}`]),
  ] as const;
  return lines.filter(([count]) => count > 0).map(([count, text]) => `${grouped(count)} ${text}`);
}

function table(rows: VerbTotals[], style: Style): string[] {
  const sorted = rows.toSorted((a, b) => b.bytes - a.bytes);
  const shown = sorted.slice(0, MOST_ROWS).map(rowOf);
  const rest = sorted.slice(MOST_ROWS);
  const sum = (of: (row: VerbTotals) => number): number => rest.reduce((all, row) => all + of(row), 0);
  if (rest.length > 0)
    shown.push([
      '',
      `(${rest.length} others)`,
      grouped(sum((row) => row.frames)),
      grouped(sum((row) => row.bytes)),
      '',
      '',
      '',
    ]);
  const all = [['kind', 'verb', 'frames', 'bytes', 'errors', 'mean', 'slowest'], ...shown];
  const widths = all[0]!.map((_, i) => Math.max(...all.map((row) => cells(row[i]!))));
  return all.map((row, line) => {
    const text = row
      .map((cell, i) => (i < 2 ? padTo(cell, widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
    return line === 0 ? style('strong', text) : text;
  });
}

function rowOf({ kind, verb, frames, bytes, errors, timed, seconds, slowest }: VerbTotals): string[] {
  const times = timed === 0 ? ['', ''] : [duration(seconds / timed), duration(slowest)];
  return [
    kind,
    printable(verb ?? '').slice(0, 40),
    grouped(frames),
    grouped(bytes),
    errors > 0 ? grouped(errors) : '',
    ...times,
  ];
}
