/** Names and rules that the codec itself does not need. `spec/codes.json` registers them; a test holds both together. */
import type { ValueKind } from '../value/kinds.ts';
import type { FrameName } from '../frame/kinds.ts';

/** Close codes: a code's number is its place here. [FRAME-15] */
export const CLOSE_CODES: readonly string[] = [
  'NORMAL',
  'MALFORMED',
  'LIMIT',
  'UNSUPPORTED',
  'VERSION',
  'AUTH',
  'SESSION_LOST',
  'REPLACED',
  'GOING_AWAY',
  'OVERLOADED',
  'TIMEOUT',
  'INTERNAL',
];

/** Registered tags: a tag's number is its place here. */
export const TAG_NAMES: readonly (string | undefined)[] = [
  undefined,
  'set',
  'error',
  'verbatim',
  'bignum',
  'attribute',
  'push',
  'respStatus',
  'respNull',
  'respBig',
  'respDouble',
  'respPairs',
  'respStreamed',
  'respChunks',
  'respPairsAttribute',
];

/** The rule that describes each kind of value. */
export const VALUE_RULES: Readonly<Record<ValueKind, string>> = {
  uint: 'VALUE-2',
  ref: 'VALUE-13',
  nint: 'VALUE-3',
  text: 'VALUE-4',
  bytes: 'VALUE-5',
  array: 'VALUE-6',
  map: 'VALUE-7',
  record: 'VALUE-11',
  null: 'VALUE-1',
  false: 'VALUE-1',
  true: 'VALUE-1',
  float: 'VALUE-14',
  decimal: 'VALUE-15',
  tagged: 'VALUE-16',
  message: 'VALUE-19',
  reserved: 'VALUE-20',
  invalid: 'VALUE-21',
};

/** The rule that describes each kind of frame. */
export const FRAME_RULES: Readonly<Record<FrameName, string>> = {
  COMMAND: 'FRAME-8',
  REPLY: 'FRAME-9',
  PART: 'FRAME-10',
  PUSH: 'FRAME-11',
  CANCEL: 'FRAME-12',
  HELLO: 'HELLO-1',
  RESUME: 'HELLO-8',
  ACK: 'FRAME-13',
  PING: 'FRAME-14',
  PONG: 'FRAME-14',
  CLOSE: 'FRAME-15',
  PACK: 'FRAME-16',
  EXTENSION: 'FRAME-18',
};
