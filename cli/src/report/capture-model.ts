/** What a report says of a whole capture. */
import type { Totals } from 'petrel/conversation';
import { grouped } from '../amounts.ts';
import { duration, packetsText } from '../capture/lines.ts';
import type { CaptureReport } from './capture.ts';
import type { Model, SlowInfo, VerbInfo } from './model.ts';

/** Kinds and verbs that are listed, the largest first. */
const MOST_VERBS = 200;

export function captureModel(report: CaptureReport, title: string): Model {
  const { builder, totals } = report;
  return {
    title,
    subject: 'capture',
    summary: summaryOf(report),
    lines: builder.lines,
    connections: report.connections,
    verbs: verbsOf(totals),
    fields: builder.sizes.infos(),
    slowest: slowestOf(report),
    odd: oddOf(totals),
    leftOut: [...leftOutOf(report), ...builder.leftOut()],
  };
}

function summaryOf({ analyzer, totals, connectionCount, sessionCount }: CaptureReport): Model['summary'] {
  const { counts, first, last } = analyzer;
  const { frames, bytes, overhead } = totals;
  const share =
    counts.bytes === 0 ? '' : ` (${((100 * (counts.bytes - bytes)) / counts.bytes).toFixed(0)} %)`;
  const seconds =
    first && last ? last.seconds - first.seconds + (last.nanoseconds - first.nanoseconds) / 1e9 : 0;
  const rows: (readonly [string, string, boolean])[] = [
    ['frames', grouped(frames), true],
    ['their bytes', grouped(bytes), true],
    ['of these overhead', grouped(overhead), overhead > 0],
    ['TCP/IP and all else', `${grouped(counts.bytes - bytes)}${share}`, true],
    ['connections', grouped(connectionCount), true],
    ['sessions', grouped(sessionCount), sessionCount > 0],
    ['time', duration(seconds), first !== undefined],
    ['captured', packetsText(counts), true],
  ];
  return rows.filter(([, , shown]) => shown).map(([what, figure]) => [what, figure]);
}

function verbsOf({ rows }: Totals): VerbInfo[] {
  const sorted = [...rows.values()].toSorted((a, b) => b.bytes - a.bytes).slice(0, MOST_VERBS);
  return sorted.map(({ kind, verb = '', frames, bytes, errors, timed, seconds, slowest }) => ({
    kind,
    verb,
    frames,
    bytes,
    errors,
    mean: timed === 0 ? null : seconds / timed,
    slowest: timed === 0 ? null : slowest,
  }));
}

function slowestOf(report: CaptureReport): SlowInfo[] {
  return report.totals.slowest.map(({ request, seconds }) => {
    const { verb, id, connection } = request;
    return { verb, id: String(id), connection, seconds, line: report.lineOf(request) };
  });
}

function oddOf({ faults, unanswered, missing, unread, remarks }: Totals): string[] {
  const counts: readonly (readonly [number, string])[] = [
    [faults, 'frames at fault'],
    [unanswered, 'commands without a reply'],
    [missing, 'bytes that are not in the capture'],
    [unread, 'bytes that could not be read'],
    ...[...remarks].map(([remark, count]) => [count, `frames: ${remark}`] as const),
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([count, text]) => `${grouped(count)} ${count === 1 ? text.replace(/^(\w+)s\b/, '$1') : text}`);
}

function leftOutOf({ filtered, skipped, beyond, connections, connectionCount }: CaptureReport): string[] {
  const unlisted = connectionCount - connections.length;
  return [
    filtered > 0 && `${grouped(filtered)} frames that the filter hides.`,
    skipped > 0 && `The first ${grouped(skipped)} frames, by --skip.`,
    beyond > 0 &&
      `${grouped(beyond)} frames after the last one shown, with what is told between them: --limit shows more, --skip and --filter others.`,
    unlisted > 0 && `${grouped(unlisted)} connections.`,
  ].filter((text) => text !== false);
}
