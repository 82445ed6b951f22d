/** Every promise that is fuzzed. */
import { FRAME_PROMISES } from './frames.ts';
import { MISUSE_PROMISES } from './misuse.ts';
import type { Promised } from './property.ts';
import { PROTOBUF_PROMISES } from './protobuf/properties.ts';
import { RESP_PROMISES } from './resp.ts';
import { TOOL_PROMISES } from './tools.ts';
import { VALUE_PROMISES } from './values.ts';

export const PROMISES: readonly Promised[] = [
  ...VALUE_PROMISES,
  ...FRAME_PROMISES,
  ...MISUSE_PROMISES,
  ...RESP_PROMISES,
  ...TOOL_PROMISES,
  ...PROTOBUF_PROMISES,
];
