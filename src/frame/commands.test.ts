import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameBodies } from '../../fuzz/arbitraries.ts';
import type { Encodable } from '../value/types.ts';
import { CommandWriter } from './commands.ts';
import { FrameWriter, parseFrame, type Command, type FrameWriterOptions, type Push } from './index.ts';
import { readFrames } from './decoder.ts';

type Body = Command | Push;

function written(write: () => void, writer: FrameWriter): unknown {
  try {
    write();
    return writer.take();
  } catch (error) {
    return `${String(error)}, ${writer.pos} bytes written`;
  }
}

/** What both writers make of commands, one after the other. */
function both(bodies: readonly Body[], options?: FrameWriterOptions): [unknown[], unknown[]] {
  const quick = new CommandWriter(options);
  const plain = new FrameWriter(options);
  const append = (body: Body): void =>
    body.kind === 'COMMAND' ? quick.command(body.id, body.verb, body.args) : quick.push(body.verb, body.args);
  return [
    bodies.map((body) => written(() => append(body), quick)),
    bodies.map((body) => written(() => plain.frame(body), plain)),
  ];
}

const text = fc.oneof(
  fc.string({ maxLength: 50 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', '\ud800', '你好', 'é'.repeat(20), 'x'.repeat(38), 'x'.repeat(39), 'x'.repeat(300)),
);
const argument = fc.oneof(
  text,
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom<unknown>(0, -0, 1, 87, 88, -1, 1.5, null, true, [], { a: 'abcd', b: 'abcd' }, undefined, () => 1),
) as fc.Arbitrary<Encodable>; // prettier-ignore
const body = fc.record({
  kind: fc.constantFrom('COMMAND', 'PUSH'),
  id: fc.oneof(
    fc.nat(300),
    fc.constantFrom(0, 1, 127, 128, 2 ** 28 - 1, 2 ** 28, 2 ** 53 - 1, 2 ** 53, 0.5, -1, 7n, 2n ** 64n),
  ),
  verb: fc.constantFrom('GET', 'SET', 'SEND', 'XADD', 'mine', '', '\ud800', '__proto__', 'x'.repeat(65)),
  args: fc.array(argument, { maxLength: 5 }),
}) as fc.Arbitrary<Body>;

describe('CommandWriter', () => {
  it('writes commands and pushes as FrameWriter does, and refuses what it refuses, to the message', () => {
    const options = fc.record<FrameWriterOptions>(
      { form: fc.constantFrom('canonical', 'plain'), maxPayload: fc.nat(200), maxDepth: fc.nat(1) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(body, { maxLength: 5 }), options, (bodies, chosen) => {
        const [found, expected] = both(bodies, chosen);
        expect(found).toStrictEqual(expected);
      }),
      { numRuns: 1500 },
    );
  });

  it('writes whatever command or push there is as FrameWriter does', () => {
    fc.assert(
      fc.property(frameBodies, (each) => {
        if (each.kind !== 'COMMAND' && each.kind !== 'PUSH') return;
        const [found, expected] = both([each]);
        expect(found).toStrictEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  it('writes payloads of every length around one byte of it, and is a FrameWriter for the rest', () => {
    const writer = new CommandWriter();
    for (let length = 0; length < 200; length++) writer.command(1, 'SET', [new Uint8Array(length)]);
    writer.frame({ kind: 'ACK', received: 3 });
    const frames = [...readFrames(writer.peek())].map((frame) => parseFrame(frame));
    expect(frames).toHaveLength(201);
    expect(frames.slice(0, 200).map((each) => (each as Command).args[0])).toStrictEqual(
      Array.from({ length: 200 }, (_, length) => new Uint8Array(length)),
    );
  });

  it('leaves what was written before as it is when it fails', () => {
    const writer = new CommandWriter();
    writer.command(1, 'GET', ['key']);
    const before = writer.take();
    expect(() => writer.command(2, 'SET', ['key', (() => 1) as never])).toThrow(/COMMAND\.args\[1\]/);
    expect(writer.take()).toStrictEqual(before);
  });
});
