/** What the conversations of a capture cost in each format, write by write. */
import { encodeFrame, type FrameBody, type ProtocolError } from 'petrel';
import type { Connection, Side } from 'petrel/capture';
import type { ConversationHandler, Said } from 'petrel/conversation';
import type { CaptureFormat, PricedCapture } from './capture-price.ts';
import { Debts } from './debts.ts';
import { plainSizes, RespItem, told } from './items.ts';
import { CONNACK_BYTES, CONNECT_BYTES, encodePublish } from './mqtt.ts';
import { hasBytes } from './plain.ts';
import { Schemas } from './schemas.ts';
import { Costs } from './stream.ts';
import { Carrier, type Carried } from './transport.ts';

/** What HELLOs of no more than what must be said take, with a token as long as those of `petrel/session`. */
const HELLO_BYTES = encodeFrame({ kind: 'HELLO', form: 'offer', versions: [1, 1] }).length;
const WELCOME_BYTES = encodeFrame({
  kind: 'HELLO',
  form: 'answer',
  version: 1,
  token: new Uint8Array(16),
}).length;
type Sums = { -readonly [format in Exclude<CaptureFormat, 'protobuf'>]: number };
const nothing = (): Sums => ({ json: 0, resp: 0, messagepack: 0, cbor: 0, mqtt: 0, petrel: 0 });

/** A write that goes on: what one side says in one packet. */
interface Write {
  readonly number: number;
  readonly from: Side;
  readonly packet: number;
  readonly sums: Sums;
}

export class TalkPricer implements ConversationHandler {
  items = 0;
  /** Those that something was said on, until they are counted. */
  readonly connections: Set<Connection> = new Set();
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
  private readonly debts = new Map<Side, Debts>();
  private writes = 0;
  private open: Write | undefined;

  said(said: Said): void {
    const { connection, from, body, length, packed, protocol, time } = said;
    if (!this.connections.has(connection)) this.connect(connection, protocol);
    if (protocol === 'resp')
      for (const side of [from.peer, from]) this.carriers.petrel.write(this.debts.get(side)!.late(time));
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

  /** What a side owes when its connection is over goes in a write of its own. */
  private settle(side: Side): void {
    const debts = this.debts.get(side);
    if (debts === undefined) return;
    this.carriers.mqtt.write(debts.payMqtt());
    this.carriers.petrel.write(debts.payPetrel());
    this.debts.delete(side);
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
    for (const side of [connection.client, connection.server]) this.debts.set(side, new Debts());
  }

  /** The write that what is said belongs to; a new one takes along what its side owes. */
  private write({ from, packet, protocol }: Said): Write {
    if (this.open?.from === from && this.open.packet === packet) return this.open;
    this.end();
    const debts = this.debts.get(from)!;
    const sums = { ...nothing(), mqtt: debts.payMqtt(), petrel: protocol === 'resp' ? debts.payPetrel() : 0 };
    this.open = { number: this.writes++, from, packet, sums };
    return this.open;
  }

  private end(): void {
    if (this.open === undefined) return;
    for (const format of Object.keys(this.carriers) as (keyof Sums)[])
      this.carriers[format].write(this.open.sums[format]);
    this.open = undefined;
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
    return this.debts.get(said.from.peer)!.take(said.time, ofResp);
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
