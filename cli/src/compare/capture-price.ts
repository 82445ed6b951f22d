/** What a capture costs, as it is told. */
import type { ItemCost } from './stream.ts';
import type { Carried } from './transport.ts';

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
