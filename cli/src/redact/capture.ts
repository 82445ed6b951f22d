/** A capture, redacted: its connections are read as `petrel inspect` reads them, and written anew. */
import { ProtocolError, type Limits } from 'petrel';
import {
  LINKTYPE_RAW,
  pcapngHeader,
  pcapngPacket,
  type CaptureHandler,
  type Connection,
  type End,
  type Ending,
  type Instant,
  type Packet,
  type Side,
  type Socket,
} from 'petrel/capture';
import { Conversations, type ConversationHandler, type Said } from 'petrel/conversation';
import { FrameHead } from 'petrel/frame';
import { addressBytes } from '../capture/addresses.ts';
import { Addresses } from './addresses.ts';
import { FrameRedactor, type FrameCounts, type FrameSettings, type Packing } from './frames.ts';
import type { Filler } from './filler.ts';
import { Line, type Direction } from './line.ts';
import { redactCommand, redactReply } from './resp.ts';
import { Slots, type Slot } from './slots.ts';

export interface RedactSettings {
  readonly filler: Filler;
  /** Whether numbers in values are replaced as well. */
  readonly numbers: boolean;
  /** Whether addresses are replaced as well; ports stay. */
  readonly addresses: boolean;
  readonly limits: Partial<Limits>;
  readonly packing: Packing;
  readonly protocol: 'petrel' | 'resp' | undefined;
}

/** What was done. */
export interface RedactCounts extends FrameCounts {
  connections: number;
  /** Commands and replies of RESP. */
  items: number;
  /** Bytes in whose place stands nothing but filler, by why. */
  readonly blanked: Map<string, number>;
  /** Packets that were written. */
  packets: number;
}

const NO_TIME: Instant = { seconds: 0, nanoseconds: 0 };
const MOST_PAYLOAD = 0xffff_ffff;

/** Reads a `CaptureAnalyzer`'s connections; `take` has the capture that they become. */
export class CaptureRedactor implements CaptureHandler {
  private readonly settings: RedactSettings;
  private readonly frames: FrameRedactor;
  private readonly conversations: Conversations;
  private readonly addresses = new Addresses();
  private readonly lines = new Map<Connection, Line>();
  private readonly slots = new Slots();
  private readonly own = { connections: 0, items: 0, blanked: new Map<string, number>(), packets: 0 };
  private time: Instant = NO_TIME;
  private begun = false;

  constructor(settings: RedactSettings) {
    this.settings = settings;
    const { filler, numbers, limits, packing, protocol } = settings;
    const of: FrameSettings = { filler, numbers, limits, packing };
    this.frames = new FrameRedactor(of);
    const handler: ConversationHandler = {
      said: (said) => this.said(said),
      speaks: (connection, spoken) => this.speaks(connection, spoken),
      unread: (from, length, why) => this.unread(from, length, why),
    };
    this.conversations = new Conversations(handler, { limits, ...(protocol && { protocol }) });
  }

  get counts(): RedactCounts {
    return { ...this.frames.counts, ...this.own };
  }

  /** The blocks of the capture that can be written by now. */
  *take(): Generator<Uint8Array, void, void> {
    if (!this.begun) yield pcapngHeader(LINKTYPE_RAW);
    this.begun = true;
    for (const slot of this.slots.take()) {
      for (const packet of slot.line.packetsOf(slot)) {
        this.own.packets++;
        if (packet instanceof Uint8Array) yield pcapngPacket(packet, slot.time);
        else yield pcapngPacket(packet.bytes, slot.time, packet.originalLength);
      }
    }
  }

  opened(connection: Connection): void {
    const { client, server } = connection;
    this.own.connections++;
    const line = new Line(connection, this.socket(client), this.socket(server));
    this.lines.set(connection, line);
    this.slot(line, 'open', client, connection.began, 0);
    this.conversations.opened(connection);
  }

  private socket({ address, port }: Side): Socket {
    const bytes = addressBytes(address);
    return { address: this.settings.addresses ? this.addresses.instead(bytes) : bytes, port };
  }

  data(from: Side, bytes: Uint8Array, packet: Packet | undefined): void {
    const line = this.lineOf(from);
    const direction = directionOf(line, from);
    const slot = this.slot(line, 'data', from, packet?.time, bytes.length);
    direction.add(bytes.slice(), slot);
    if (direction.lost) this.all(line, direction, true);
    else this.conversations.data(from, bytes, packet);
  }

  gap(from: Side, length: number, packet: Packet | undefined): void {
    const line = this.lineOf(from);
    const direction = directionOf(line, from);
    if (!direction.lost) this.conversations.gap(from, length, packet);
    // while nobody knows what is spoken, what stands before the gap is told later
    if (line.protocol !== undefined) this.rest(line, direction);
    direction.addGap(length);
    // nothing in RESP says where an item begins
    if (line.protocol === 'resp') direction.lost = true;
    this.slot(line, 'gap', from, packet?.time, length);
  }

  closed(connection: Connection, how: Ending): void {
    const line = this.lines.get(connection)!;
    this.conversations.closed(connection, how);
    for (const direction of [line.client, line.server]) this.all(line, direction);
    if (how === 'fin') this.slot(line, 'end', connection.client, connection.last, 0);
    else if (how === 'reset') this.slot(line, 'reset', connection.client, connection.last, 0);
    this.lines.delete(connection);
  }

  private lineOf(from: Side): Line {
    return this.lines.get(from.connection)!;
  }

  private slot(line: Line, what: Slot['what'], from: Side, time: Instant | undefined, left: number): Slot {
    this.time = time ?? this.time;
    const end: End = from === line.connection.client ? 'client' : 'server';
    const slot: Slot = {
      line,
      time: this.time,
      what,
      from: end,
      left,
      size: what === 'data' ? left : 0,
      ready: [],
    };
    this.slots.add(slot);
    return slot;
  }

  private speaks(connection: Connection, protocol: string): void {
    const line = this.lines.get(connection)!;
    line.protocol = protocol;
    if (protocol === 'petrel' || protocol === 'resp') return;
    for (const direction of [line.client, line.server]) {
      direction.lost = true;
      this.all(line, direction);
    }
  }

  private said({ from, protocol, packed, kind, offset, length }: Said): void {
    if (packed) return; // its PACK was made anew with it
    const line = this.lineOf(from);
    const direction = directionOf(line, from);
    while (offset > direction.done && direction.ahead > 0)
      this.blank(line, direction, Math.min(direction.ahead, offset - direction.done), 'no frames');
    const bytes = direction.take(length);
    direction.say(
      length,
      protocol === 'petrel' ? this.frames.redact(kind, bytes) : this.item(line, from, bytes),
    );
    direction.synced = true;
  }

  private item(line: Line, from: Side, bytes: Uint8Array): Uint8Array {
    this.own.items++;
    const isCommand = from === line.connection.client;
    return isCommand ? redactCommand(bytes, this.settings) : redactReply(bytes, this.settings);
  }

  private unread(from: Side, length: number, why: ProtocolError | undefined): void {
    const line = this.lineOf(from);
    const direction = directionOf(line, from);
    if (line.protocol === 'resp') {
      direction.lost = true;
      this.all(line, direction, why !== undefined);
    } else if (why === undefined && direction.synced) this.rest(line, direction);
    else {
      this.blank(line, direction, Math.min(length, direction.ahead), 'no frames');
      direction.synced = false;
    }
  }

  /** All that was said and can't be read, over gaps too. */
  private all(line: Line, direction: Direction, isFault = false): void {
    while (direction.ahead > 0) this.rest(line, direction, isFault);
  }

  /** What was said up to a gap or the end, and can't be read, for no more of it is there. */
  private rest(line: Line, direction: Direction, isFault = false): void {
    const size = direction.ahead;
    if (size === 0) return undefined;
    const { protocol } = line;
    const known = protocol === 'petrel' || (protocol === 'resp' && !direction.lost);
    if (!known || !direction.synced) return this.blank(line, direction, size, whyLost(line), isFault);
    const bytes = direction.take(size);
    this.count('cut off', size);
    direction.say(size, protocol === 'petrel' ? this.cutFrame(bytes) : this.cutItem(line, direction, bytes));
    return undefined;
  }

  /** The begin of an item of RESP: what was said of it is redacted. */
  private cutItem(line: Line, direction: Direction, bytes: Uint8Array): Uint8Array {
    return direction === line.client
      ? redactCommand(bytes, this.settings)
      : redactReply(bytes, this.settings);
  }

  /** The begin of a frame: its head stays. */
  private cutFrame(bytes: Uint8Array): Uint8Array {
    const head = new FrameHead();
    try {
      const whole = head.read(bytes, 0, bytes.length, this.settings.limits.maxPayload ?? MOST_PAYLOAD);
      return bytes.slice().fill(0xff, whole ? head.pos : bytes.length);
    } catch (error) {
      if (error instanceof ProtocolError) return new Uint8Array(bytes.length);
      throw error;
    }
  }

  private blank(line: Line, direction: Direction, size: number, why: string, isFault = true): void {
    if (size === 0) return;
    direction.take(size);
    this.count(why, size);
    const server = direction === line.server;
    direction.say(size, line.protocol === 'resp' ? respBlank(size, server, isFault) : new Uint8Array(size));
  }

  private count(why: string, size: number): void {
    const { blanked } = this.own;
    blanked.set(why, (blanked.get(why) ?? 0) + size);
  }
}

function directionOf(line: Line, from: Side): Direction {
  return from === line.connection.client ? line.client : line.server;
}

function whyLost({ protocol }: Line): string {
  return protocol === 'petrel'
    ? 'no frames'
    : protocol === 'resp'
      ? 'not RESP any more'
      : (protocol ?? 'unknown');
}

/** Bytes that are a fault of RESP at once, or that are none and never end. */
function respBlank(size: number, server: boolean, isFault: boolean): Uint8Array {
  const bytes = new Uint8Array(size).fill(0x78);
  if (isFault) bytes.set([0x2a, 0x78].slice(0, size)); // *x
  else if (server) bytes[0] = 0x2b; // +xxx
  return bytes;
}
