/** What was learned is kept by network: a Wi-Fi's name or a carrier's. */
import { Recent } from './recent.ts';

/** Networks that are remembered, and how long their names may be, in UTF-16 units. */
export const LABEL_DEFAULTS = { labels: 20, labelLength: 128 } as const;

/** One thing for each of the latest 20 networks. */
export class ByLabel<T> extends Recent<T> {
  constructor() {
    super(LABEL_DEFAULTS.labels);
  }

  /** @throws RangeError for a label that is longer than 128. */
  override set(label: string, item: T): void {
    super.set(checkedLabel(label), item);
  }
}

/** Whether it is short enough to be kept. */
export function isLabel(label: string): boolean {
  return label.length <= LABEL_DEFAULTS.labelLength;
}

/** @throws RangeError for a label that is longer than 128 UTF-16 units. */
export function checkedLabel(label: string): string {
  if (isLabel(label)) return label;
  throw new RangeError(
    `a network's label has at most ${LABEL_DEFAULTS.labelLength} units, not ${label.length}`,
  );
}
