/**
 * The testee of protobuf's conformance suite: reads requests on stdin and writes responses on stdout, each behind its length
 * as a little-endian uint32, until the input ends. `npm run -s conformance:testee [-- --generated]`
 *
 * With `--generated` the types are code that `petrel proto gen --codec` writes, generated at the start; otherwise
 * descriptions that the interpreter runs.
 */
import { once } from 'node:events';
import { answer } from './conformance.ts';
import { generatedTypes, suiteSchema } from './suite-types.ts';

const LENGTH = 4;

/** Bytes that have come and were not taken yet. They are joined once for a request, when it is whole. */
class Incoming {
  length = 0;
  private chunks: Buffer[] = [];

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
  }

  /** The next bytes, which stay; undefined while there are fewer. */
  peek(count: number): Buffer | undefined {
    if (this.length < count) return undefined;
    if (this.chunks[0]!.length < count) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0]!.subarray(0, count);
  }

  /** Takes bytes that `peek` answered. */
  drop(count: number): void {
    const [first, ...others] = this.chunks as [Buffer, ...Buffer[]];
    this.chunks = first.length > count ? [first.subarray(count), ...others] : others;
    this.length -= count;
  }
}

async function main(args: readonly string[]): Promise<void> {
  const schema = suiteSchema();
  const registry = args.includes('--generated') ? await generatedTypes(schema) : schema.registry;
  const incoming = new Incoming();
  for await (const chunk of process.stdin) {
    incoming.add(chunk as Buffer);
    for (let request = next(incoming); request; request = next(incoming))
      await send(answer(registry, request));
  }
  if (incoming.length === 0) return;
  process.stderr.write(`testee: the input ends inside a request, ${incoming.length} bytes into it
`);
  process.exitCode = 1;
}

/** A whole request; undefined while more has to come. */
function next(incoming: Incoming): Uint8Array | undefined {
  const length = incoming.peek(LENGTH)?.readUInt32LE();
  if (length === undefined) return undefined;
  const framed = incoming.peek(LENGTH + length);
  if (framed) incoming.drop(framed.length);
  return framed?.subarray(LENGTH);
}

async function send(response: Uint8Array): Promise<void> {
  const framed = Buffer.alloc(LENGTH + response.length);
  framed.writeUInt32LE(response.length);
  framed.set(response, LENGTH);
  if (!process.stdout.write(framed)) await once(process.stdout, 'drain');
}

await main(process.argv.slice(2));
