/** Inspection: what every byte of frames and values means, and where and why they break a rule. */
export { FrameInspector, inspectFrames } from './frames.ts';
export { inspectDelimited, inspectMessage } from './message.ts';
export type { InspectMessageOptions } from './message.ts';
export type { InspectOptions } from './options.ts';
export type { RespKind, Row, RowKind, WireKind } from './row.ts';
export { inspectValue } from './value.ts';
