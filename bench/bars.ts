/** What is promised, and whether it holds. */
import { ratio } from './statistics.ts';
import type { Bar } from './suite.ts';
import { mark, type Findings } from './tables.ts';

interface Verdict {
  /** Undefined when one of both sides was not measured. */
  readonly ratio: number | undefined;
  readonly peer: string;
  readonly holds: 'aim' | 'yes' | 'no' | 'not measured';
  readonly mark: string;
}

export function judge(findings: Findings, bar: Bar): Verdict {
  const { corpus, operation, peers, peerOperations = [operation], atMost = false } = bar;
  const ours = findings.of(corpus, operation, bar.ours);
  const peer = findings.bestPeer(corpus, peerOperations, peers);
  if (ours === undefined || peer === undefined)
    return { ratio: undefined, peer: '', holds: 'not measured', mark: '' };
  const found = atMost ? ratio(ours.times, peer.times) : ratio(peer.times, ours.times);
  const reaches = (least: number): boolean => (atMost ? found <= least : found >= least);
  const holds = reaches(bar.aim) ? 'aim' : reaches(bar.must) ? 'yes' : 'no';
  return { ratio: found, peer: peer.candidate, holds, mark: mark(ours) || mark(peer) };
}

/** The cells of a row of the table. */
export function barRow(findings: Findings, bar: Bar): string[] {
  const verdict = judge(findings, bar);
  const bound = (value: number): string => `${bar.atMost ? '≤ ' : ''}${value}`;
  const found = verdict.ratio === undefined ? '' : `${verdict.ratio.toFixed(2)}${verdict.mark}`;
  const holds = verdict.holds === 'no' ? '**no**' : verdict.holds;
  const against = verdict.peer || among(bar.peers);
  return [bar.row, against, bound(bar.must), bound(bar.aim), found, holds];
}

function among(peers: readonly string[] | undefined): string {
  if (peers === undefined) return 'of all';
  return peers.length > 3 ? `of ${peers.length}` : peers.join(' or ');
}
