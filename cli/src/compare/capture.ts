/** What a capture costs: the conversation of all its connections in each format, write by write, with what carries it. */
import { encodeFrame, ProtocolError, type FrameBody } from 'petrel';
import { CaptureAnalyzer, CaptureError, elapsed, type CaptureHandler, type Connection, type Ending, type Instant, type Packet, type Side } from 'petrel/capture'; // prettier-ignore
import { Conversations, type ConversationHandler, type Said } from 'petrel/conversation';
import { varintLength } from 'petrel/wire';
import { CommandError, Exit } from '../exit.ts';
import { inflaterOf } from '../dictionaries.ts';
import { plainSizes, RespItem, told } from './items.ts';
import { CONNACK_BYTES, CONNECT_BYTES, encodePublish, PUBACK_BYTES } from './mqtt.ts';
import { hasBytes } from './plain.ts';
import { Schemas } from './schemas.ts';
import { Costs, type ItemCost } from './stream.ts';
import { Carrier, type Carried } from './transport.ts';

/** The formats, in the order in which they are shown. */
export const CAPTURE_FORMATS = [
  { id: 'json', label: 'JSON lines' },
  { id: 'resp', label: 'RESP' },
  { id: 'messagepack', label: 'MessagePack' },
  { id: 'cbor', label: 'CBOR' },
  { id: 'protobuf', label: 'Protobuf (inferred schema)' },
  { id: 'mqtt', label: 'MQTT 5 (MessagePack)' },
  { id: 'petrel', label: 'Petrel' },
] as const;

export type CaptureFormat = (typeof CAPTURE_FORMATS)[number]['id'];

export interface PricedCapture {
  readonly name: string;
  /** What most of the items were said in. */
  readonly protocol: 'resp' | 'petrel';
  /** Protobuf is undefined where there was too much to infer a schema from. */
  readonly sizes: Readonly<Record<CaptureFormat, Carried | undefined>>;
  /** The connections as they were captured: packets, those without new bytes, and all bytes with all headers. */
  readonly captured: { readonly connections: number; readonly packets: number; readonly bare: number; readonly wire: number }; // prettier-ignore
  /** Commands, replies and pushes. */
  readonly items: number;
  /** Those that have bytes, which JSON takes in base64. */
  readonly withBytes: number;
  /** Commands whose arguments are more than strings. */
  readonly nested: number;
  /** Frames that nothing but Petrel has, and their bytes. */
  readonly left: { readonly frames: number; readonly bytes: number };
  /** Bytes that are not in the capture, could not be read, or are at fault. */
  readonly lost: number;
  readonly costs: readonly ItemCost[];
}

export function isOfCapture(priced: object): priced is PricedCapture {
  return 'captured' in priced;
}

/** What HELLOs of no more than what must be said take, with a token as long as those of `petrel/session`. */
const HELLO_BYTES = encodeFrame({ kind: 'HELLO', form: 'offer', versions: [1, 1] }).length;
const WELCOME_BYTES = encodeFrame({
  kind: 'HELLO',
  form: 'answer',
  version: 1,
  token: new Uint8Array(16),
}).length;
/** Seconds that an ACK may wait for a write to travel in. [SESSION-8] */
const ACK_DELAY = 1;

type Sums = { -readonly [format in Exclude<CaptureFormat, 'protobuf'>]: number };
const nothing = (): Sums => ({ json: 0, resp: 0, messagepack: 0, cbor: 0, mqtt: 0, petrel: 0 });

/**
 * Prices the conversations of a capture.
 * @param protocol of all its connections; otherwise each is looked at
 * @throws CommandError for a capture without an item, MALFORMED for a file that is at fault
 */
export async function priceCapture(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  protocol?: 'petrel' | 'resp',
): Promise<PricedCapture> {
  const pricer = new CapturePricer();
  const options = { inflate: inflaterOf({}), ...(protocol && { protocol }) };
  const packets = new PacketCounter(new Conversations(pricer, options), (each) => pricer.connections.delete(each));
  const analyzer = new CaptureAnalyzer(packets);
  try {
    for await (const chunk of chunks) analyzer.push(Uint8Array.from(chunk));
    analyzer.finish();
  } catch (error) {
    if (error instanceof CaptureError) throw new CommandError(error.message, Exit.MALFORMED);
    throw error;
  }
  if (pricer.items === 0) throw new CommandError('there is no command, reply or push to price', Exit.TRUNCATED);
  return { name, ...pricer.result(packets.finish()) };
} // prettier-ignore

/** Connections that have ended and of which packets may still come, as `petrel/capture` tells them from new ones. */
const MOST_OVER = 1024;

/** Counts packets, and those that brought new bytes. */
class PacketCounter implements CaptureHandler {
  readonly sum = { connections: 0, packets: 0, bare: 0, wire: 0 };
  private readonly inner: Required<CaptureHandler>;
  private readonly isPriced: (connection: Connection) => boolean;
  private readonly brought = new Map<Connection, { packets: number; last: number }>();
  private readonly over = new Set<Connection>();

  /** @param isPriced asked once of each connection, when it is over */
  constructor(inner: Required<CaptureHandler>, isPriced: (connection: Connection) => boolean) {
    this.inner = inner;
    this.isPriced = isPriced;
  }

  opened(connection: Connection): void {
    this.brought.set(connection, { packets: 0, last: 0 });
    this.inner.opened(connection);
  }

  data(from: Side, bytes: Uint8Array, packet: Packet | undefined): void {
    const brought = this.brought.get(from.connection)!;
    if (packet !== undefined && packet.number !== brought.last) brought.packets++;
    brought.last = packet?.number ?? brought.last;
    this.inner.data(from, bytes, packet);
  }

  gap(from: Side, length: number, packet: Packet | undefined): void {
    this.inner.gap(from, length, packet);
  }

  closed(connection: Connection, how: Ending): void {
    this.inner.closed(connection, how);
    this.over.add(connection);
    if (this.over.size > MOST_OVER) this.count(this.over.values().next().value!);
  }

  finish(): PricedCapture['captured'] {
    for (const connection of this.over) this.count(connection);
    return this.sum;
  }

  private count(connection: Connection): void {
    const { sum, brought } = this;
    const packets = connection.client.packets + connection.server.packets;
    const { packets: full } = brought.get(connection)!;
    this.over.delete(connection);
    brought.delete(connection);
    if (!this.isPriced(connection)) return;
    sum.connections++;
    sum.packets += packets;
    sum.bare += packets - full;
    sum.wire += connection.client.wire + connection.server.wire;
  }
}

/** What one side owes the other: acknowledgements, which travel in its next write. */
interface Owed {
  /** Frames that it has taken, and when the first of them came that no ACK told of. */
  taken: number;
  since: Instant | undefined;
  waits: boolean;
  pubacks: number;
}

/** A write that goes on: what one side says in one packet. */
interface Write {
  readonly number: number;
  readonly from: Side;
  readonly packet: number;
  readonly sums: Sums;
}

class CapturePricer implements ConversationHandler {
  items = 0;
  readonly connections = new Set<Connection>();
  private withBytes = 0;
  private lost = 0;
  private ofResp = 0;
  private readonly left = { frames: 0, bytes: 0 };
  private readonly resp: RespItem = new RespItem();
  private readonly costs: Costs = new Costs();
  private readonly schemas: Schemas = new Schemas();
  private readonly carriers: Readonly<Record<keyof Sums, Carrier>> = {
    json: new Carrier(),
    resp: new Carrier(),
    messagepack: new Carrier(),
    cbor: new Carrier(),
    mqtt: new Carrier(),
    petrel: new Carrier(),
  };
  private readonly owed = new Map<Side, Owed>();
  private writes = 0;
  private open: Write | undefined;

  said(said: Said): void {
    const { connection, from, body, length, packed, protocol, time } = said;
    if (!this.connections.has(connection)) this.connect(connection, protocol);
    for (const side of protocol === 'resp' ? [from.peer, from] : []) this.late(side, time);
    const { sums, number } = this.write(said);
    if (protocol === 'petrel' && !packed) sums.petrel += length;
    if (body === undefined) this.lost += length;
    else this.item(said, body, sums, number);
  }

  missing(_from: Side, length: number): void {
    this.lost += length;
  }

  unread(_from: Side, length: number, _why: ProtocolError | undefined): void {
    this.lost += length;
  }

  closed(connection: Connection): void {
    this.end();
    for (const side of [connection.client, connection.server]) this.settle(side);
  }

  result(captured: PricedCapture['captured']): Omit<PricedCapture, 'name'> {
    this.end();
    const { items, withBytes, left, lost, carriers } = this;
    const carried = (format: keyof Sums): Carried => carriers[format].result(captured.bare);
    const protobuf = this.protobuf()?.result(captured.bare);
    const { json, resp, messagepack, cbor, mqtt, petrel } = Object.fromEntries(
      Object.keys(carriers).map((format) => [format, carried(format as keyof Sums)]),
    ) as Record<keyof Sums, Carried>;
    return {
      protocol: 2 * this.ofResp >= items ? 'resp' : 'petrel',
      sizes: { json, resp, messagepack, cbor, protobuf, mqtt, petrel },
      captured,
      items,
      withBytes,
      nested: this.resp.nested,
      left,
      lost,
      costs: this.costs.list(),
    };
  }

  private protobuf(): Carrier | undefined {
    const sizes = this.schemas.sizes(this.writes);
    if (sizes === undefined) return undefined;
    const carrier = new Carrier();
    for (const size of sizes) carrier.write(size);
    return carrier;
  }

  /** The first of a connection: what a session of MQTT begins with, and of Petrel where the capture has none. */
  private connect(connection: Connection, protocol: Said['protocol']): void {
    this.connections.add(connection);
    const { mqtt, petrel } = this.carriers;
    for (const size of [CONNECT_BYTES, CONNACK_BYTES]) mqtt.write(size);
    if (protocol === 'resp') for (const size of [HELLO_BYTES, WELCOME_BYTES]) petrel.write(size);
    for (const side of [connection.client, connection.server])
      this.owed.set(side, { taken: 0, since: undefined, waits: false, pubacks: 0 });
  }

  /** The write that what is said belongs to; a new one takes along what its side owes. */
  private write({ from, packet, protocol }: Said): Write {
    if (this.open?.from === from && this.open.packet === packet) return this.open;
    this.end();
    const sums = nothing();
    this.pay(from, sums, protocol === 'resp');
    this.open = { number: this.writes++, from, packet, sums };
    return this.open;
  }

  private end(): void {
    if (this.open === undefined) return;
    for (const format of Object.keys(this.carriers) as (keyof Sums)[])
      this.carriers[format].write(this.open.sums[format]);
    this.open = undefined;
  }

  private pay(from: Side, sums: Sums, acks: boolean): void {
    const owed = this.owed.get(from)!;
    sums.mqtt += PUBACK_BYTES * owed.pubacks;
    owed.pubacks = 0;
    if (!acks || !owed.waits) return;
    sums.petrel += 1 + varintLength(owed.taken);
    owed.waits = false;
    owed.since = undefined;
  }

  /** An ACK that no write took along in time goes alone. */
  private late(side: Side, now: Instant | undefined): void {
    const owed = this.owed.get(side)!;
    if (owed.since === undefined || now === undefined || elapsed(owed.since, now) < ACK_DELAY) return;
    const sums = nothing();
    sums.petrel = 1 + varintLength(owed.taken);
    this.carriers.petrel.write(sums.petrel);
    owed.waits = false;
    owed.since = undefined;
  }

  /** What a side owes when its connection is over, in a write of its own. */
  private settle(side: Side): void {
    const owed = this.owed.get(side);
    if (owed === undefined) return;
    const sums = nothing();
    this.pay(side, sums, true);
    this.carriers.mqtt.write(sums.mqtt);
    this.carriers.petrel.write(sums.petrel);
    this.owed.delete(side);
  }

  private item(said: Said, body: FrameBody, sums: Sums, write: number): void {
    if (body.kind !== 'COMMAND' && body.kind !== 'REPLY' && body.kind !== 'PART' && body.kind !== 'PUSH')
      return this.leave(said);
    const resp = this.resp.of(body);
    if (resp === undefined) return this.leave(said);
    const { name, says } = told(body, resp[0]!);
    const ofResp = said.protocol === 'resp';
    const petrel = ofResp ? encodeFrame(body).length : said.length;
    const { json, messagepack, cbor } = plainSizes(says);
    this.items++;
    if (ofResp) this.ofResp++;
    if (hasBytes(says)) this.withBytes++;
    const size = ofResp ? said.length : resp.length;
    sums.resp += size;
    sums.json += json;
    sums.messagepack += messagepack;
    sums.cbor += cbor;
    sums.mqtt += encodePublish(body).length;
    if (ofResp) sums.petrel += petrel;
    this.schemas.add(typeOf(said, name), body, size, write);
    this.costs.add(name, size, petrel);
    return this.receive(said);
  }

  /** What the other side owes for it. */
  private receive({ from, time, protocol }: Said): void {
    const owed = this.owed.get(from.peer)!;
    owed.pubacks++;
    if (protocol !== 'resp') return;
    owed.taken++;
    owed.waits = true;
    owed.since ??= time;
  }

  private leave({ length, packed, protocol }: Said): void {
    if (protocol !== 'petrel') return;
    this.left.frames++;
    if (!packed) this.left.bytes += length;
  }
}

/** What a message type is called: of replies after what they answer. */
function typeOf({ kind, request }: Said, name: string): string {
  return request === undefined ? `${kind} ${name}` : `${kind} to ${request.verb.toUpperCase()}`;
}
