/**
 * Runs one vector against the sources: every way in which the library reads and writes what the vector says. It answers
 * what went wrong, undefined when nothing did. spec/README.md says what each input means.
 */
import type { MessageType } from '../src/message/index.ts';
import { Failure } from './checks.ts';
import { messageType, type TypesNotation } from './messages.ts';
import { runBridge } from './run-bridge.ts';
import { runFrames, runPack } from './run-frames.ts';
import { runMessage } from './run-messages.ts';
import { runRefused } from './run-refusals.ts';
import { runCommands, runFramesToResp, runReplies, runToFrames, runToResp } from './run-resp.ts';
import { runValue } from './run-values.ts';
import type { Vector } from './vector.ts';

export interface VectorFile {
  readonly about: string;
  readonly input: keyof typeof RUNNERS;
  /** Of messages: their descriptions. */
  readonly types?: TypesNotation;
  readonly vectors: readonly Vector[];
}

const RUNNERS = {
  value: runValue,
  frames: runFrames,
  pack: runPack,
  encode: runRefused,
  message: runMessage,
  replies: runReplies,
  commands: runCommands,
  resp: runToResp,
  toFrames: runToFrames,
  toResp: runFramesToResp,
  bridge: runBridge,
};

/** What does not hold of a vector; undefined when all does. `typeOf` finds a message's type, by default interpreted. */
export function failureOf(
  { input, types = {} }: Pick<VectorFile, 'input' | 'types'>,
  vector: Vector,
  typeOf: (name: string) => MessageType = (name) => messageType(types, name),
): string | undefined {
  try {
    RUNNERS[input](vector, typeOf);
    return undefined;
  } catch (error) {
    return error instanceof Failure ? error.message : String((error as Error).stack ?? error);
  }
}
