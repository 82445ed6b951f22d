/** Pipelines of commands, as protocols write and read them: `SET key` and some bytes each. */
import assert from 'node:assert/strict';
import type { Prepared } from '../suite.ts';
import { demand, type Codec } from './codec.ts';

export interface SetCommand {
  readonly verb: string;
  readonly key: string;
  readonly value: Buffer;
}

/** Where each part begins and ends, in order, without the verbs where they are names. */
interface Slices {
  readonly verbs?: readonly string[];
  readonly offsets: ArrayLike<number>;
}

/** Commands in one call: what a socket gives out at once. */
export const PIPELINE = 64;

export interface Protocol {
  /** A command's bytes, which may be kept. */
  readonly own?: (command: SetCommand) => Uint8Array;
  /** Begins anew in a buffer that is used again, and appends commands to it. */
  readonly into?: { begin(): void; add(command: SetCommand): unknown; written(): Uint8Array };
  /** Reads a pipeline: verb and key as texts, the value as bytes. */
  readonly dec?: (bytes: Uint8Array) => readonly unknown[];
  /** Reads a pipeline: all parts as views; a verb that is a number on the wire as its name. */
  readonly views?: (bytes: Uint8Array) => readonly (readonly (Uint8Array | string)[])[];
  /** Reads a pipeline to slices; what it answers may be used again. */
  readonly slices?: (bytes: Uint8Array) => Slices;
  /** Counts the commands of a pipeline. */
  readonly skim?: (bytes: Uint8Array) => number;
  /** What `dec` answers, as a command. */
  readonly meaning?: (found: unknown) => unknown;
  readonly input?: 'Buffer' | 'Uint8Array';
}

/** `write` makes a pipeline where the protocol has no `own`. */
export function preparePipelines(
  protocol: Protocol,
  commands: readonly SetCommand[],
  write: (commands: readonly SetCommand[]) => Uint8Array,
): Prepared {
  // Each begins with another command: all are of 64, none are equal.
  const pool = commands.map((_, i) => commands.map((__, k) => commands[(i + k) % commands.length]!));
  const written = pool.map((pipeline) =>
    protocol.input === 'Uint8Array' ? Uint8Array.from(write(pipeline)) : Buffer.from(write(pipeline)),
  );
  return {
    size: written[0]!.length / PIPELINE,
    per: PIPELINE,
    check: () => check(protocol, pool[1]!, written[1]!),
    operations: operations(protocol, pool, written),
  };
}

function operations(
  { own, into, dec, views, slices, skim }: Protocol,
  pool: readonly (readonly SetCommand[])[],
  written: readonly Uint8Array[],
): Prepared['operations'] {
  const last = pool.length - 1; // of a power of two: a division would take as long as the shortest of what is timed
  const all = (i: number): unknown => {
    into!.begin();
    for (const command of pool[i & last]!) into!.add(command);
    return i;
  };
  return {
    ...(own && { own: (i: number) => pool[i & last]!.map(own) }),
    ...(into && { into: all }),
    ...(dec && { dec: (i: number) => dec(written[i & last]!) }),
    ...(views && { views: (i: number) => views(written[i & last]!) }),
    ...(slices && { slices: (i: number) => slices(written[i & last]!) }),
    ...(skim && { skim: (i: number) => skim(written[i & last]!) }),
  };
}

function check(protocol: Protocol, pipeline: readonly SetCommand[], bytes: Uint8Array): void {
  const { own, into, dec, views, slices, skim, meaning = (found) => found } = protocol;
  if (own) assert.deepEqual(Buffer.concat(pipeline.map(own)), Buffer.from(bytes), 'own writes a pipeline');
  if (into) {
    into.begin();
    for (const command of pipeline) into.add(command);
    assert.deepEqual(Buffer.from(into.written()), Buffer.from(bytes), 'into writes a pipeline');
  }
  if (dec) demand(dec(bytes).map(meaning), pipeline);
  if (views) demand(views(bytes).map(named), pipeline);
  if (slices) demand(partsOf(slices(bytes), bytes).map(named), pipeline);
  if (skim) assert.equal(skim(bytes), PIPELINE, 'skim counts the commands');
}

function textOf(part: Uint8Array | string): string {
  return typeof part === 'string' ? part : Buffer.from(part).toString();
}

function named(parts: readonly (Uint8Array | string)[]): SetCommand {
  const [verb, key, value] = parts as [Uint8Array | string, Buffer, Buffer];
  return { verb: textOf(verb), key: textOf(key), value };
}

function partsOf({ verbs, offsets }: Slices, bytes: Uint8Array): (Uint8Array | string)[][] {
  const views = Array.from({ length: offsets.length / 2 }, (_, i) =>
    bytes.subarray(offsets[2 * i], offsets[2 * i + 1]),
  );
  const per = views.length / PIPELINE;
  return Array.from({ length: PIPELINE }, (_, i) => {
    const parts = views.slice(i * per, (i + 1) * per);
    return verbs === undefined ? parts : [verbs[i]!, ...parts];
  });
}

/** Messages of protobuf: nothing is between them, so each is read from bytes of its own. */
export function prepareMessages(codec: Codec, pool: readonly SetCommand[]): Prepared {
  const encoded = pool.map((command) =>
    codec.input === 'Uint8Array' ? Uint8Array.from(codec.own(command)) : Buffer.from(codec.own(command)),
  );
  const { into } = codec;
  return {
    size: encoded.reduce((sum, { length }) => sum + length, 0) / pool.length,
    per: pool.length,
    check: () =>
      demand(
        encoded.map((bytes) => codec.dec(bytes)),
        pool,
      ),
    operations: {
      own: () => pool.map((command) => codec.own(command)),
      ...(into && { into: () => pool.map(into) }),
      dec: () => encoded.map((bytes) => codec.dec(bytes)),
    },
  };
}
