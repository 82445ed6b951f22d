/** RESP and Petrel's frames in each other's place: commands, replies and pushes, one by one or as streams. */
export { commandFrame, commandOf } from './commands.ts';
export type { CommandParts } from './commands.ts';
export { pushFrame, replyFrame, replyOf } from './replies.ts';
export { RespToFrames, sideOf } from './to-frames.ts';
export type { Carried, Carrier, ExchangeOptions, Side } from './to-frames.ts';
export { FramesToResp } from './to-resp.ts';
export { RESP_VERB } from './verbs.ts';
