/** What the timeline draws: where each frame lies on the axis, and in which lane. */
import type { Item, Model } from '../model.ts';
import type { Range } from './scale.ts';

/** What runs along the axis: seconds, or the bytes of all that is shown. */
export type Axis = 'time' | 'bytes';

/** A frame on the axis, from its begin to its end. */
export interface Mark {
  readonly line: number;
  readonly item: Item;
  readonly lane: number;
  readonly from: number;
  readonly to: number;
  /** Where its command lies. */
  readonly asked: number | undefined;
}

export interface Lanes {
  readonly marks: readonly Mark[];
  readonly whole: Range;
  /** Connections, in their order; 0 where there is none. */
  readonly names: readonly number[];
  /** Connections that have no lane. */
  readonly more: number;
}

const MOST_LANES = 60;

export function axesOf({ lines }: Model): Axis[] {
  const timed = lines.some((line) => line.type === 'item' && line.time !== null);
  return timed ? ['time', 'bytes'] : ['bytes'];
}

export function layOut({ lines }: Model, axis: Axis): Lanes {
  const laneOf = new Map<number, number>();
  const left = new Set<number>();
  const places = new Map<number, number>();
  const marks: Mark[] = [];
  let sum = 0;
  let low = Infinity;
  let high = -Infinity;
  for (const [line, item] of lines.entries()) {
    if (item.type !== 'item') continue;
    const from = axis === 'bytes' ? sum : item.time;
    sum += item.size;
    if (from === null) continue;
    const to = axis === 'bytes' ? sum : from;
    const lane = laneOf.get(item.connection) ?? laneOf.size;
    if (lane >= MOST_LANES) {
      left.add(item.connection);
      continue;
    }
    laneOf.set(item.connection, lane);
    places.set(line, from);
    low = Math.min(low, from);
    high = Math.max(high, to);
    marks.push({ line, item, lane, from, to, asked: places.get(item.asked ?? -1) });
  }
  return { marks, whole: wholeOf(low, high), names: [...laneOf.keys()], more: left.size };
}

/** Never empty, so that everything has a place on it. */
function wholeOf(low: number, high: number): Range {
  if (low > high) return { from: 0, to: 1 };
  return low === high ? { from: low, to: low + 1e-6 } : { from: low, to: high };
}

/** How much of a lane's half a frame's mark takes: 1 the largest. */
export function weight(size: number, largest: number): number {
  return 0.3 + (0.7 * Math.log2(1 + size)) / Math.log2(1 + Math.max(1, largest));
}
