/** How long a request may take: until the first byte of its answer, between two of its packets, and in all. */
import type { NetworkClass } from './network.ts';

/** Milliseconds, bytes a second, bytes. */
export interface TaskFigures {
  readonly first: number;
  readonly firstExcellent: number;
  readonly rate: number;
  readonly firstMost: number;
  readonly perInFlight: number;
  readonly gap: number;
}

/** The figures of Mars. `inFlight`: most requests that count; `reply`: the answer that the whole allows for, in bytes. */
export const TIMEOUT_DEFAULTS: {
  readonly [network in NetworkClass]: TaskFigures;
} & { readonly inFlight: number; readonly reply: number } = {
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
};

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
export function taskTimeouts({
  network,
  length,
  inFlight = 0,
  reply,
  excellent = false,
}: Task): TaskTimeouts {
  const { first: base, firstExcellent, rate, firstMost, perInFlight, gap } = TIMEOUT_DEFAULTS[network];
  const sending = (1000 * length) / rate;
  const alone = Math.min(firstMost, (excellent ? firstExcellent : base) + sending);
  const first = alone + Math.min(inFlight, TIMEOUT_DEFAULTS.inFlight) * perInFlight;
  return { first, gap, whole: first + (1000 * (reply ?? TIMEOUT_DEFAULTS.reply)) / rate };
}

/** Which of its times a request has used up. */
export type TaskTimeout = 'first' | 'gap' | 'whole';

/** The clock of one request. */
export class TaskClock {
  private readonly gap: number;
  private readonly whole: number;
  private next: number;
  private answering = false;

  constructor({ first, gap, whole }: TaskTimeouts, now: number) {
    this.gap = gap;
    this.whole = now + whole;
    this.next = now + first;
  }

  /** A packet of its answer has come. */
  received(now: number): void {
    this.answering = true;
    this.next = now + this.gap;
  }

  nextTimeout(): number {
    return Math.min(this.next, this.whole);
  }

  /** What has run out, if anything. */
  expired(now: number): TaskTimeout | undefined {
    if (now >= this.next) return this.answering ? 'gap' : 'first';
    return now >= this.whole ? 'whole' : undefined;
  }
}
