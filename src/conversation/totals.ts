/** What a capture comes to: frames and bytes by kind and verb, how long replies took, what was odd. */
import type { Side } from '../capture/connection.ts';
import { FrameKind, frameName, isCounted } from '../frame/kinds.ts';
import { errorIn } from './describe.ts';
import { roundTrip } from './petrel.ts';
import type { Asked, Remark, Said } from './said.ts';

/** Frames of one kind and verb. */
export interface VerbTotals {
  readonly protocol: Said['protocol'];
  /** The frame's kind by name. */
  readonly kind: string;
  /** Of commands and pushes; of replies and parts: of the command. */
  readonly verb: string | undefined;
  frames: number;
  /** Heads included. */
  bytes: number;
  errors: number;
  /** Of replies whose command was seen: how many, and the seconds they took in all and at most. */
  timed: number;
  seconds: number;
  slowest: number;
}

/** A request that took long. */
export interface Slow {
  readonly request: Asked;
  readonly seconds: number;
}

/** Verbs come from the wire: what is more than so many is one row. */
const MOST_VERBS = 1000;
const SLOWEST = 10;

export class Totals {
  readonly rows: Map<string, VerbTotals> = new Map();
  /** The slowest requests, the slowest first. */
  slowest: Slow[] = [];
  frames = 0;
  /** Of frames, heads included, those in PACKs not. */
  bytes = 0;
  /** Of these, the bytes of frames that carry nothing for the application: acknowledgements, heartbeats, handshakes, ends. */
  overhead = 0;
  faults = 0;
  unanswered = 0;
  readonly remarks: Map<Remark, number> = new Map();
  /** Bytes that are not in the capture, and bytes that no frame could be read from. */
  missing = 0;
  unread = 0;

  add(said: Said): void {
    const { kind, length, packed, fault, remarks } = said;
    this.frames++;
    if (!packed) {
      this.bytes += length;
      if (said.protocol === 'petrel' && !isCounted(kind) && frameName(kind) !== 'PACK')
        this.overhead += length;
    }
    if (fault !== undefined) this.faults++;
    for (const remark of remarks) this.remarks.set(remark, (this.remarks.get(remark) ?? 0) + 1);
    this.row(said, this.rowOf(said));
  }

  addUnanswered(): void {
    this.unanswered++;
  }

  addMissing(_from: Side, length: number): void {
    this.missing += length;
  }

  addUnread(_from: Side, length: number): void {
    this.unread += length;
  }

  private row(said: Said, row: VerbTotals): void {
    row.frames++;
    row.bytes += said.length;
    if (errorIn(said.body) !== undefined) row.errors++;
    const seconds = roundTrip(said);
    if (seconds === undefined || said.body?.kind !== 'REPLY') return;
    row.timed++;
    row.seconds += seconds;
    row.slowest = Math.max(row.slowest, seconds);
    const last = this.slowest[SLOWEST - 1];
    if (last !== undefined && seconds <= last.seconds) return;
    this.slowest.push({ request: said.request!, seconds });
    this.slowest.sort((a, b) => b.seconds - a.seconds);
    this.slowest.length = Math.min(this.slowest.length, SLOWEST);
  }

  private rowOf({ protocol, kind, body, request }: Said): VerbTotals {
    const name = frameName(kind);
    const spelled = body !== undefined && 'verb' in body ? body.verb : request?.verb;
    // in RESP, any case of letters is the same command
    const said = protocol === 'resp' && kind !== FrameKind.PUSH ? spelled?.toUpperCase() : spelled;
    const verb =
      this.rows.size < MOST_VERBS || this.rows.has(`${protocol} ${name} ${said}`) ? said : undefined;
    const key = `${protocol} ${name} ${verb}`;
    let row = this.rows.get(key);
    if (row === undefined) {
      row = { protocol, kind: name, verb, frames: 0, bytes: 0, errors: 0, timed: 0, seconds: 0, slowest: 0 };
      this.rows.set(key, row);
    }
    return row;
  }
}
