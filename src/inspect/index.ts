/** Inspection: what every byte of frames and values means, and where and why they break a rule. */
export { FrameInspector, inspectFrames } from './frames.ts';
export { Guesser } from './guess.ts';
export type { Guess } from './guess.ts';
export { inspectDelimited, inspectMessage } from './message.ts';
export type { InspectMessageOptions } from './message.ts';
export { frameNotation, toHex, valueNotation } from './notation.ts';
export type { FrameNotation, ValueNotation } from './notation.ts';
export type { InspectOptions } from './options.ts';
export type { RespKind, Row, RowKind, WireKind } from './row.ts';
export { CommandSecrets, lineHoldsSecret } from './secrets.ts';
export { inspectValue } from './value.ts';
