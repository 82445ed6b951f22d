/** Vectors of values and frames that a writer must refuse. */
import { FrameWriter } from '../src/frame/all.ts';
import { same } from './checks.ts';
import { toFrame, toValue } from './notation.ts';
import { asObjects } from './run-values.ts';
import type { Vector } from './vector.ts';

export function runRefused({ value, frame, limits }: Vector): void {
  const refuses = (how: string, write: (writer: FrameWriter) => void): void => {
    const writer = new FrameWriter(limits ?? {});
    let refused = false;
    try {
      write(writer);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      refused = true;
    }
    same(`${how}, the writer refuses`, refused, true);
    same(`${how}, nothing is written`, writer.pos, 0);
  };
  if (frame !== undefined) return refuses('a frame', (writer) => writer.frame(toFrame(frame)));
  const refusable = toValue(value!);
  refuses('entries', (writer) => writer.writeValue(refusable));
  if (asObjects(refusable)) refuses('objects', (writer) => writer.writeValue(asObjects(refusable)!));
}
