/** What a conversation costs: a stream of RESP or of Petrel's frames, item by item, so that its length does not matter. */
import { FrameDecoder, parseFrame, ProtocolError, type Frame, type FrameBody } from 'petrel';
import { RespToFrames, type Side } from 'petrel/exchange';
import type { Encodable } from 'petrel/value';
import { Writer } from 'petrel/wire';
import { CommandError, Exit, graver } from '../exit.ts';
import type { Compared } from './input.ts';
import { brotliMeter, deflateMeter, gzipMeter } from './meters.ts';
import { plainSizes, RespItem, told } from './items.ts';
import { hasBytes } from './plain.ts';

/** The formats, in the order in which they are shown. */
export const STREAM_FORMATS = [
  { id: 'resp', label: 'RESP' },
  { id: 'resp+gzip', label: 'RESP + gzip' },
  { id: 'resp+brotli', label: 'RESP + brotli' },
  { id: 'json', label: 'JSON lines' },
  { id: 'messagepack', label: 'MessagePack' },
  { id: 'cbor', label: 'CBOR' },
  { id: 'petrel', label: 'Petrel' },
  { id: 'petrel+deflate', label: 'Petrel + deflate' },
] as const;

export type StreamFormat = (typeof STREAM_FORMATS)[number]['id'];

/** What all items of one name cost: of a command, of a push, of a type of reply. */
export interface ItemCost {
  readonly name: string;
  count: number;
  resp: number;
  petrel: number;
}

export interface PricedStream {
  readonly name: string;
  readonly protocol: 'resp' | 'petrel';
  /** Of RESP: who speaks. */
  readonly side: Side | undefined;
  readonly sizes: Readonly<Record<StreamFormat, number>>;
  /** Commands, replies and pushes. */
  readonly items: number;
  /** Those that have bytes, which JSON takes in base64. */
  readonly withBytes: number;
  /** Of frames: commands whose arguments are more than strings, which RESP3 says as an array of any values. */
  readonly nested: number;
  /** Frames that nothing but Petrel has, and their bytes: only Petrel's own sizes have them. */
  readonly left: { readonly frames: number; readonly bytes: number };
  readonly costs: readonly ItemCost[];
}

/** Names that are told apart; what comes later is of the others. */
const NAMES = 1000;
const OTHERS = '(others)';

type Stream = Exclude<Compared, { protocol: 'json' | 'capture' }>;

/** An item: how long it is in RESP and in Petrel, and what it says. */
interface Item {
  readonly name: string;
  readonly says: Encodable;
  readonly resp: Uint8Array;
  readonly frame: Uint8Array;
}

/** @throws ProtocolError for what is malformed; CommandError TRUNCATED for a stream without an item. */
export async function priceStream(name: string, stream: Stream): Promise<PricedStream> {
  const pricer = new Pricer();
  const source = stream.protocol === 'resp' ? new RespItems(stream.side) : new FrameItems(pricer);
  try {
    await read(source, stream.chunks, pricer);
  } catch (error) {
    throw error instanceof ProtocolError ? graver(source.fault, error)! : error;
  }
  if (source.fault !== undefined) throw source.fault;
  if (pricer.items === 0) throw new CommandError('there is no command, reply or push to price', Exit.TRUNCATED);
  const side = stream.protocol === 'resp' ? stream.side : undefined;
  return { name, protocol: stream.protocol, side, ...(await pricer.result()) };
} // prettier-ignore

async function read(source: Items, chunks: AsyncIterable<Uint8Array>, pricer: Pricer): Promise<void> {
  for await (const chunk of chunks) {
    for (const item of source.push(Uint8Array.from(chunk))) {
      pricer.add(item);
      if (pricer.isFull) await pricer.drain();
    }
  }
  source.finish();
}

/** Adds up what items cost, by their names. */
export class Costs {
  private readonly costs = new Map<string, ItemCost>();

  add(name: string, resp: number, petrel: number): void {
    const cost = this.costOf(name);
    cost.count++;
    cost.resp += resp;
    cost.petrel += petrel;
  }

  /** The most expensive in RESP first. */
  list(): readonly ItemCost[] {
    return [...this.costs.values()].toSorted((a, b) => b.resp - a.resp);
  }

  private costOf(name: string): ItemCost {
    const known = this.costs.get(name);
    if (known !== undefined) return known;
    const key = this.costs.size < NAMES ? name : OTHERS;
    const cost = this.costs.get(key) ?? { name: key, count: 0, resp: 0, petrel: 0 };
    this.costs.set(key, cost);
    return cost;
  }
}

class Pricer {
  items = 0;
  nested = 0;
  readonly left = { frames: 0, bytes: 0 };
  private withBytes = 0;
  private readonly gzip = gzipMeter();
  private readonly brotli = brotliMeter();
  private readonly deflate = deflateMeter();
  private readonly sizes = { resp: 0, json: 0, messagepack: 0, cbor: 0, petrel: 0 };
  private readonly costs: Costs = new Costs();

  add({ name, says, resp, frame }: Item): void {
    const { sizes } = this;
    this.items++;
    sizes.resp += resp.length;
    this.frame(frame);
    this.gzip.add(resp);
    this.brotli.add(resp);
    if (hasBytes(says)) this.withBytes++;
    const { json, messagepack, cbor } = plainSizes(says);
    sizes.json += json;
    sizes.messagepack += messagepack;
    sizes.cbor += cbor;
    this.costs.add(name, resp.length, frame.length);
  }

  /** A frame that only Petrel has. */
  leave(frame: Uint8Array): void {
    this.left.frames++;
    this.left.bytes += frame.length;
    this.frame(frame);
  }

  private frame(frame: Uint8Array): void {
    this.sizes.petrel += frame.length;
    this.deflate.add(frame);
  }

  /** Whether so much waits to be compressed that it should be. */
  get isFull(): boolean {
    return this.gzip.isFull || this.deflate.isFull;
  }

  async drain(): Promise<void> {
    await this.gzip.drain();
    await this.brotli.drain();
    await this.deflate.drain();
  }

  async result(): Promise<Omit<PricedStream, 'name' | 'protocol' | 'side'>> {
    const { items, withBytes, nested, left } = this;
    const sizes = {
      ...this.sizes,
      'resp+gzip': await this.gzip.finish(),
      'resp+brotli': await this.brotli.finish(),
      'petrel+deflate': await this.deflate.finish(),
    };
    return { sizes, items, withBytes, nested, left, costs: this.costs.list() };
  }
}

/** The bytes of what is not whole yet. */
class Pending {
  private readonly held = new Writer();
  private start = 0;

  add(chunk: Uint8Array): void {
    const { held, start } = this;
    if (2 * start >= held.pos) {
      held.bytes.copyWithin(0, start, held.pos);
      held.pos -= start;
      this.start = 0;
    }
    held.raw(chunk);
  }

  /** The next bytes; a view that lasts until more are added. */
  take(length: number): Uint8Array {
    this.start += length;
    return this.held.bytes.subarray(this.start - length, this.start);
  }
}

interface Items {
  /** The gravest fault of what was passed over. */
  readonly fault: ProtocolError | undefined;
  push(chunk: Uint8Array): Iterable<Item>;
  finish(): void;
}

/** The items of RESP, each with the frame that carries it. */
class RespItems implements Items {
  readonly fault = undefined;
  private readonly exchange: RespToFrames;
  private readonly pending = new Pending();

  constructor(side: Side) {
    this.exchange = new RespToFrames(side);
  }

  *push(chunk: Uint8Array): Generator<Item, void, void> {
    const { pending, exchange } = this;
    pending.add(chunk);
    for (const { body, length } of exchange.carry(chunk)) {
      const resp = pending.take(length);
      yield { ...told(body, resp[0]!), resp, frame: exchange.writer.peek() };
      exchange.writer.pos = 0;
    }
  }

  finish(): void {
    this.exchange.finish();
  }
}

/** The items of frames, each with the RESP that says the same. */
class FrameItems implements Items {
  fault: ProtocolError | undefined;
  private readonly decoder = new FrameDecoder();
  private readonly resp: RespItem = new RespItem();
  private readonly pricer: Pricer;
  private readonly pending = new Pending();

  constructor(pricer: Pricer) {
    this.pricer = pricer;
  }

  /** Payloads at fault are passed over, to find the gravest fault. */
  *push(chunk: Uint8Array): Generator<Item, void, void> {
    const { pending, decoder, resp: item, pricer } = this;
    pending.add(chunk);
    for (const each of decoder.frames(chunk)) {
      const frame = pending.take(decoder.position - each.offset);
      const body = this.parsed(each);
      if (body === undefined) continue;
      const resp = body.kind === 'PART' ? undefined : item.of(body);
      if (resp === undefined) pricer.leave(frame);
      else yield { ...told(body, resp[0]!), resp, frame };
    }
  }
  finish(): void {
    this.decoder.finish();
    this.pricer.nested = this.resp.nested;
  }

  private parsed(frame: Frame): FrameBody | undefined {
    try {
      return parseFrame(frame, { lossless: true });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.fault = graver(this.fault, error);
      return undefined;
    }
  }
}
