/** What a capture costs, as text. */
import { printable } from '../exit.ts';
import type { Style } from '../style.ts';
import { CAPTURE_FORMATS, type PricedCapture } from './capture-price.ts';
import { counted, grouped } from '../amounts.ts';
import { align, ratio } from './columns.ts';

/** A line for each format: its own bytes, then with what carries them. */
export function captureTable({ name, protocol, sizes }: PricedCapture, style: Style): string {
  const base = protocol === 'resp' ? 'RESP' : 'Petrel';
  const of = sizes[protocol]!;
  const rows = CAPTURE_FORMATS.map(({ id, label }) => {
    const size = sizes[id];
    if (size === undefined) return [label, '-'];
    const { bytes, segments, tcp, tls } = size;
    const own = [grouped(bytes), ratio(bytes, of.bytes), grouped(segments)];
    return [label, ...own, grouped(tcp), ratio(tcp, of.tcp), grouped(tls), ratio(tls, of.tls)];
  });
  const head = [printable(name), 'bytes', `of ${base}`, 'segments', '+ TCP/IP', `of ${base}`, '+ TLS 1.3', `of ${base}`];
  const lines = align([head, ...rows], style);
  return lines.map((line, i) => (CAPTURE_FORMATS[i - 1]?.id === 'petrel' ? style('value', line) : line)).join('\n');
} // prettier-ignore

/** What the numbers stand on, and what they leave out, a line each. */
export function captureNotes(priced: PricedCapture): string[] {
  const { items, captured, withBytes, nested, left, lost, sizes } = priced;
  const { connections, packets, bare, wire } = captured;
  const lines = [
    `${counted(items, 'command, reply or push', 'commands, replies and pushes')} of ${counted(connections, 'connection')}. JSON, MessagePack, CBOR and protobuf have the plain values and no ids.`,
    `Captured: ${counted(packets, 'packet')}, ${grouped(bare)} of them without new bytes, ${counted(wire, 'byte')} with all headers.`,
  ];
  if (sizes.protobuf === undefined) lines.push('Protobuf has no price: there is too much to infer a schema from.');
  if (withBytes > 0) lines.push(`JSON has the bytes of ${counted(withBytes, 'item')} in base64.`);
  if (nested > 0)
    lines.push(`RESP has ${counted(nested, 'command')} with other arguments than strings as an array; no server takes that.`);
  if (left.frames > 0)
    lines.push(`Only Petrel has ${counted(left.frames, 'frame')} of ${counted(left.bytes, 'byte')} (its session, or values that RESP has nothing for): in no other price.`);
  if (lost > 0)
    lines.push(`${counted(lost, 'byte')} are missing, at fault or could not be read: their items are in no price.`);
  return lines;
} // prettier-ignore
