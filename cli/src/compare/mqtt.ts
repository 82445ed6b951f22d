/**
 * A conversation over MQTT 5, each item a PUBLISH at QoS 1: its topic is the verb, or `r` for what answers; a request says where
 * its answer goes and both carry the request's id, as MQTT's request and response do (4.10). The payload is MessagePack.
 */
import type { FrameBody } from 'petrel';
import type { Encodable } from 'petrel/value';
import { varintLength, Writer } from 'petrel/wire';
import { encodeMessagePack } from './peers.ts';
import { plain } from './plain.ts';

/** The smallest CONNECT, without a name, and CONNACK of version 5. */
export const CONNECT_BYTES = 15;
export const CONNACK_BYTES = 5;
/** A PUBACK without a reason. (3.4.2.1) */
export const PUBACK_BYTES = 4;

const PUBLISH_QOS1 = 0x32;
const RESPONSE_TOPIC = 0x08;
const CORRELATION_DATA = 0x09;
const ANSWERS = 'r';

type Item = Extract<FrameBody, { kind: 'COMMAND' | 'REPLY' | 'PART' | 'PUSH' }>;

/** The PUBLISH that says what a frame does. */
export function encodePublish(body: Item): Uint8Array {
  const says: Encodable = 'value' in body ? body.value : body.args;
  const topic = Buffer.from('verb' in body ? body.verb : ANSWERS);
  const payload = encodeMessagePack(plain(says));
  const about = properties(body);
  const writer = new Writer();
  writer.byte(PUBLISH_QOS1);
  writer.varint(2 + topic.length + 2 + varintLength(about.length) + about.length + payload.length);
  sized(writer, topic);
  u16(writer, 1); // the packet's identifier
  writer.varint(about.length);
  writer.raw(about);
  writer.raw(payload);
  return writer.take();
}

function properties(body: Item): Uint8Array {
  const writer = new Writer();
  if (body.kind === 'COMMAND') {
    writer.byte(RESPONSE_TOPIC);
    sized(writer, Buffer.from(ANSWERS));
  }
  if ('id' in body) {
    writer.byte(CORRELATION_DATA);
    const digits = BigInt(body.id).toString(16);
    sized(writer, Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex'));
  }
  return writer.take();
}

function sized(writer: Writer, bytes: Uint8Array): void {
  u16(writer, bytes.length);
  writer.raw(bytes);
}

function u16(writer: Writer, value: number): void {
  writer.byte(value >> 8);
  writer.byte(value & 0xff);
}
