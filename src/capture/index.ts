/** Captures of network traffic: pcap and pcapng files, and what their TCP connections carried. */
export { CaptureAnalyzer } from './capture.ts';
export type { AnalyzerOptions, PacketCounts } from './capture.ts';
export type { StreamCounts } from './byte-stream.ts';
export type { CaptureHandler, Connection, Endpoint, Ending, Side } from './connection.ts';
export { CaptureError } from './errors.ts';
export { elapsed } from './packet.ts';
export type { Instant, Packet } from './packet.ts';
export { isCapture } from './magic.ts';
export { CaptureReader } from './reader.ts';
export type { CaptureOptions } from './reader.ts';
export { LINKTYPE_RAW, pcapngHeader, pcapngPacket } from './pcapng-writer.ts';
export { SyntheticConnection } from './synthetic.ts';
export type { CutPacket, End, Socket } from './synthetic.ts';
