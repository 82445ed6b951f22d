/** Every promise that is fuzzed. */
import { FRAME_PROMISES } from './frames.ts';
import { MISUSE_PROMISES } from './misuse.ts';
import type { Promised } from './property.ts';
import { PROTOBUF_PROMISES } from './protobuf/properties.ts';
import { COMMAND_PROMISES } from './resp/commands.ts';
import { READER_PROMISES } from './resp/readers.ts';
import { REPLY_PROMISES } from './resp/replies.ts';
import { TOOL_PROMISES } from './tools.ts';
import { VALUE_PROMISES } from './values.ts';

export const PROMISES: readonly Promised[] = [
  ...VALUE_PROMISES,
  ...FRAME_PROMISES,
  ...MISUSE_PROMISES,
  ...REPLY_PROMISES,
  ...COMMAND_PROMISES,
  ...READER_PROMISES,
  ...TOOL_PROMISES,
  ...PROTOBUF_PROMISES,
];
