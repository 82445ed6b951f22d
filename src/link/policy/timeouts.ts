/** How long a request may take: until the first byte of its answer, between two of its packets, and in all. */
import type { NetworkClass } from './network.ts';
import { option } from './plain.ts';

/** Milliseconds, bytes a second, bytes. */
export interface TaskFigures {
  readonly first: number;
  readonly firstExcellent: number;
  readonly rate: number;
  readonly firstMost: number;
  readonly perInFlight: number;
  readonly gap: number;
}

/** Figures of both kinds of networks, and of what is the same on both. */
export interface TimeoutFigures {
  readonly wifi: TaskFigures;
  readonly mobile: TaskFigures;
  /** Most requests that count as in flight. */
  readonly inFlight: number;
  /** The answer that the whole allows for, in bytes. */
  readonly reply: number;
  /** A network is excellent when so many first bytes in a row came within so many milliseconds. */
  readonly excellentAfter: number;
  readonly excellentWithin: number;
}

/** Those of Mars, where it has them. */
export const TIMEOUT_DEFAULTS: TimeoutFigures = {
  wifi: {
    first: 12_000,
    firstExcellent: 7000,
    rate: 12_288,
    firstMost: 22_000,
    perInFlight: 1500,
    gap: 8000,
  },
  mobile: {
    first: 15_000,
    firstExcellent: 10_000,
    rate: 4096,
    firstMost: 30_000,
    perInFlight: 3000,
    gap: 12_000,
  },
  inFlight: 5,
  reply: 65_536,
  excellentAfter: 10,
  excellentWithin: 1000,
};

/** Other figures than the usual ones; times in milliseconds, Infinity for never. */
export interface TimeoutOptions extends Partial<Omit<TimeoutFigures, NetworkClass>> {
  readonly wifi?: Partial<TaskFigures>;
  readonly mobile?: Partial<TaskFigures>;
}

/** @throws RangeError naming the figure that is not above 0. */
export function timeoutFigures(options: TimeoutOptions = {}): TimeoutFigures {
  const { wifi, mobile, ...both } = options;
  const figures = {
    ...TIMEOUT_DEFAULTS,
    ...both,
    wifi: { ...TIMEOUT_DEFAULTS.wifi, ...wifi },
    mobile: { ...TIMEOUT_DEFAULTS.mobile, ...mobile },
  };
  for (const group of [{ ...both }, figures.wifi, figures.mobile])
    for (const [name, value] of Object.entries(group))
      option(name, value, MAY_BE_NONE.includes(name) ? 0 : Number.MIN_VALUE);
  return figures;
}

const MAY_BE_NONE: readonly string[] = ['perInFlight', 'inFlight', 'reply', 'excellentWithin'];

/** What a request's timeouts depend on. */
export interface Task {
  readonly network: NetworkClass;
  /** Bytes that it sends. */
  readonly length: number;
  /** Other requests that wait for their answers. Default 0. */
  readonly inFlight?: number;
  /** Bytes that its answer may have. Default 65,536. */
  readonly reply?: number;
  /** Answers have come quickly of late. */
  readonly excellent?: boolean;
}

/** Milliseconds. */
export interface TaskTimeouts {
  /** From the request's last byte written to the answer's first. */
  readonly first: number;
  /** From one packet of the answer to the next. */
  readonly gap: number;
  /** From the request to the answer's last byte. */
  readonly whole: number;
}

/** A base, and as long as the request takes to send, up to a cap; more where others share the link. */
export function taskTimeouts(
  { network, length, inFlight = 0, reply, excellent = false }: Task,
  figures: TimeoutFigures = TIMEOUT_DEFAULTS,
): TaskTimeouts {
  const { first: base, firstExcellent, rate, firstMost, perInFlight, gap } = figures[network];
  const sending = (1000 * length) / rate;
  const alone = Math.min(firstMost, (excellent ? firstExcellent : base) + sending);
  const first = alone + Math.min(inFlight, figures.inFlight) * perInFlight;
  return { first, gap, whole: first + (1000 * (reply ?? figures.reply)) / rate };
}

/** Which of its times a request has used up. */
export type TaskTimeout = 'first' | 'gap' | 'whole';

/** The clock of one request. */
export class TaskClock {
  /** When it was written, for the last time. */
  writtenAt: number;
  private readonly first: number;
  private readonly gap: number;
  private readonly whole: number;
  private next: number;
  private answering = false;

  constructor({ first, gap, whole }: TaskTimeouts, now: number) {
    this.writtenAt = now;
    this.first = first;
    this.gap = gap;
    this.whole = now + whole;
    this.next = now + first;
  }

  /** Whether a packet of its answer has come. */
  get answered(): boolean {
    return this.answering;
  }

  /** It is written on another link: its first byte has all its time again, the whole has not. */
  written(now: number): void {
    this.writtenAt = now;
    this.next = now + (this.answering ? this.gap : this.first);
  }

  /** A packet of its answer has come. */
  received(now: number): void {
    this.answering = true;
    this.next = now + this.gap;
  }

  /** @param movedAt when a frame that is not whole yet has gone on: it may be what this one's answer waits behind. */
  nextTimeout(movedAt: number = -Infinity): number {
    return Math.min(this.whole, Math.max(this.next, movedAt + this.gap));
  }

  /** What has run out, if anything. */
  expired(now: number, movedAt: number = -Infinity): TaskTimeout | undefined {
    if (now < this.nextTimeout(movedAt)) return undefined;
    if (now >= this.whole && this.whole < Math.max(this.next, movedAt + this.gap)) return 'whole';
    return this.answering ? 'gap' : 'first';
  }
}
