/** Counts what was inspected, for the line at the end. */
import type { ProtocolError } from 'petrel';
import type { Row } from 'petrel/inspect';
import { counted } from '../amounts.ts';
import { graver } from '../exit.ts';

/** What the rows are of. */
export type Subject = 'frames' | 'value' | 'message' | 'messages' | 'resp';

export class Summary {
  /** The fault that decides how the command ends. */
  fault: ProtocolError | undefined;
  private readonly kinds = new Map<string, number>();
  private readonly packed = new Map<string, number>();
  /** Items of the input itself. */
  private top = 0;
  private bytes = 0;
  private faults = 0;
  private firstIsBad = false;

  add(row: Row): void {
    if (row.fault !== undefined) {
      this.faults++;
      this.firstIsBad ||= total(this.kinds) <= 1;
      this.fault = graver(this.fault, row.fault);
    }
    if (!row.inflated) this.bytes += row.length;
    if (row.depth === 0 && row.kind !== 'fault' && row.kind !== 'unread' && row.kind !== 'group end')
      this.top++;
    if (row.kind !== 'frame') return;
    const kinds = row.inflated ? this.packed : this.kinds;
    kinds.set(row.label, (kinds.get(row.label) ?? 0) + 1);
  }

  private all(of: Subject, bytes: string): string {
    if (of === 'value') return bytes;
    if (of === 'frames') return `${counted(total(this.kinds), 'frame')}, ${bytes}`;
    if (of === 'resp') return `${counted(this.top, 'item')}, ${bytes}`;
    return `${counted(this.top, of === 'message' ? 'field' : 'message')}, ${bytes}`;
  }

  private isForeign(): boolean {
    return this.firstIsBad && this.faults > 1 && 2 * this.faults > total(this.kinds);
  }

  /** `3 frames, 20 bytes: 2 PUSH, 1 ACK`. */
  text(of: Subject): string {
    if (this.bytes === 0 && this.faults === 0) return 'the input is empty';
    const all = this.all(of, counted(this.bytes, 'byte'));
    const kinds = this.kinds.size === 0 ? '' : `: ${list(this.kinds)}`;
    const packed = this.packed.size === 0 ? '' : `; in PACKs: ${list(this.packed)}`;
    const faults = this.faults === 0 ? '' : `; ${counted(this.faults, 'fault')}`;
    const line = `${all}${kinds}${packed}${faults}`;
    return of === 'frames' && this.isForeign() ? `${line}\n${FOREIGN}` : line;
  }
}

/** Many bytes of anything look like frames: those of reserved kinds, or with nothing right inside. */
const FOREIGN = 'Most of this is at fault: it may be no Petrel at all, or not begin where a frame does.';

function total(kinds: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of kinds.values()) sum += count;
  return sum;
}

function list(kinds: ReadonlyMap<string, number>): string {
  return [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
}
