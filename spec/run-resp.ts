/** Vectors of RESP: streams of replies and commands in any chunks, and values that are written as replies. */
import { RespWriter } from '../src/resp/index.ts';
import { cuts, same } from './checks.ts';
import { toHex, toNotation, toValue, unhex } from './notation.ts';
import {
  chunkings,
  framesToResp,
  readCommands,
  readReplies,
  respToFrames,
  toPetrel,
  toResp,
  type Outcome,
} from './resp.ts';
import type { Fault, Vector } from './vector.ts';

export function runReplies({ hex, petrel = [], back, error, limits = {} }: Vector): void {
  const bytes = unhex(hex!);
  runChunks(
    bytes,
    error,
    (chunks) => {
      const { items, fault } = readReplies(chunks, limits);
      return { items: items.map((value) => toHex(toPetrel(value))), fault };
    },
    petrel.map((each) => toHex(unhex(each))),
  );
  if (error === undefined)
    same('back', toHex(toResp(petrel.map(unhex))), toHex(back === undefined ? bytes : unhex(back)));
}

export function runCommands({ hex, commands = [], error, limits = {} }: Vector): void {
  const bytes = unhex(hex!);
  let ends: number[] = [];
  runChunks(
    bytes,
    error,
    (chunks) => {
      const { items, fault } = readCommands(chunks, limits);
      ends = items.map(({ offset, length }) => offset + length);
      const shown = items.map(({ parts, inline }) =>
        inline ? { inline: toNotation(parts[0]!) } : parts.map(toNotation),
      );
      return { items: shown.map((each) => JSON.stringify(each)), fault };
    },
    commands.map((each) => JSON.stringify(each)),
  );
  const writer = new RespWriter();
  for (const command of commands) {
    if ('inline' in command) writer.inline(toValue(command.inline) as string | Uint8Array);
    else writer.command(command.map(toValue) as (string | Uint8Array)[]);
  }
  same(
    'back',
    toHex(writer.take()),
    toHex(bytes.subarray(0, error === undefined ? bytes.length : (ends.at(-1) ?? 0))),
  );
}

/** The same comes of the bytes in all chunks. */
function runChunks(
  bytes: Uint8Array,
  error: Fault | undefined,
  read: (chunks: readonly Uint8Array[]) => Outcome<string>,
  expected: readonly string[],
): void {
  for (const [how, chunks] of chunkings(bytes, cuts(bytes.length))) {
    const { items, fault } = read(chunks);
    const found = fault && { code: fault.code, offset: fault.offset, rule: fault.rule };
    same(how, found, error);
    same(how, items.join(' '), expected.join(' '));
  }
}

export function runToFrames({ hex, side, petrel = [], error, limits = {} }: Vector): void {
  const bytes = unhex(hex!);
  runChunks(
    bytes,
    error,
    (chunks) => {
      const { items, fault } = respToFrames(side!, chunks, limits);
      return { items: items.map(toHex), fault };
    },
    petrel.map((each) => toHex(unhex(each))),
  );
  if (error !== undefined) return;
  const back = framesToResp(petrel.map(unhex));
  same('back, the fault', back.fault?.message, undefined);
  same('back', toHex(back.bytes), toHex(bytes));
}

export function runFramesToResp({ hex, back = '', error, limits = {} }: Vector): void {
  const bytes = unhex(hex!);
  for (const [how, chunks] of chunkings(bytes, cuts(bytes.length))) {
    const { bytes: found, fault } = framesToResp(chunks, limits);
    same(how, fault && { code: fault.code, offset: fault.offset, rule: fault.rule }, error);
    same(how, toHex(found), toHex(unhex(back)));
  }
}

export function runToResp({ value, hex, refused }: Vector): void {
  const writer = new RespWriter();
  let thrown: unknown;
  try {
    writer.reply(toValue(value!));
  } catch (error) {
    // What the engine says of a missing property is no refusal.
    if (
      !(error instanceof TypeError || error instanceof RangeError) ||
      /read properties|is not a/.test(error.message)
    )
      throw error;
    thrown = error;
  }
  same('refused', thrown !== undefined, refused === true);
  same('written', toHex(writer.take()), hex === undefined ? '' : toHex(unhex(hex)));
}
