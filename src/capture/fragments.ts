/** IP packets put together from their fragments, within bounds: what is not whole in time, or too much, is given up. */
import type { Instant } from './packet.ts';
import { elapsed } from './packet.ts';
import type { IpPacket } from './ip.ts';

/** RFC 791 leaves it to the receiver, RFC 8200 says 60 seconds. */
const PATIENCE = 60;
/** Of all packets that are not whole. */
const MAX_BYTES = 4 << 20;
const MAX_PACKETS = 1024;
const MAX_LENGTH = 65_535;
/** Of one packet: the smallest that networks make are of some 500 bytes. */
const MAX_PARTS = 256;

interface Part {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

interface Partial {
  readonly since: Instant | undefined;
  readonly parts: Part[];
  size: number;
  /** How long the whole is, once its last fragment is there. */
  total: number | undefined;
}

export class Fragments {
  private readonly partials = new Map<string, Partial>();
  private held = 0;
  /** Packets that were given up. */
  lost = 0;

  /** Takes a fragment that was captured whole. @returns what the packet carries, once it is whole: a copy. */
  add(packet: IpPacket, bytes: Uint8Array, time: Instant | undefined): Uint8Array | undefined {
    const { fragment, source, destination, protocol } = packet;
    if (fragment === undefined || bytes.length === 0) return undefined;
    this.expire(time);
    const key = `${source.join()}>${destination.join()}:${protocol}:${fragment.id}`;
    let partial = this.partials.get(key);
    if (partial === undefined) {
      partial = { since: time, parts: [], size: 0, total: undefined };
      this.partials.set(key, partial);
    }
    const { offset, more } = fragment;
    if (offset + bytes.length > MAX_LENGTH || !this.fits(partial, offset, bytes.length)) return undefined;
    partial.parts.push({ offset, bytes: bytes.slice() });
    partial.size += bytes.length;
    this.held += bytes.length;
    if (!more) partial.total = offset + bytes.length;
    if (partial.total !== undefined && partial.size >= partial.total)
      return this.join(key, partial, partial.total);
    this.bound();
    return undefined;
  }

  /** The first of what overlaps is kept (RFC 5722 drops both; a capture may show the same fragment twice). */
  private fits({ parts }: Partial, offset: number, length: number): boolean {
    return (
      parts.length < MAX_PARTS &&
      parts.every((part) => offset + length <= part.offset || offset >= part.offset + part.bytes.length)
    );
  }

  private join(key: string, partial: Partial, total: number): Uint8Array | undefined {
    this.drop(key, partial);
    const bytes = new Uint8Array(total);
    for (const part of partial.parts) {
      if (part.offset + part.bytes.length > total) return void this.lost++;
      bytes.set(part.bytes, part.offset);
    }
    return bytes;
  }

  private expire(time: Instant | undefined): void {
    for (const [key, partial] of this.partials) {
      if (time === undefined || partial.since === undefined || elapsed(partial.since, time) <= PATIENCE)
        return;
      this.drop(key, partial);
      this.lost++;
    }
  }

  private bound(): void {
    for (const [key, partial] of this.partials) {
      if (this.held <= MAX_BYTES && this.partials.size <= MAX_PACKETS) return;
      this.drop(key, partial);
      this.lost++;
    }
  }

  private drop(key: string, partial: Partial): void {
    this.partials.delete(key);
    this.held -= partial.size;
  }

  /** Packets that are not whole. */
  get pending(): number {
    return this.partials.size;
  }
}
