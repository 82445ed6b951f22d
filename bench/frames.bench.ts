// Frames: 100 commands written, read and walked over, against lines of JSON and msgpackr behind 32-bit lengths.
import { Packr } from 'msgpackr';
import assert from 'node:assert/strict';
import { decodeFrames, FrameWriter, skim, type Command, type FrameBody } from 'petrel/frame';
import { CORPORA } from './corpora.ts';
import { run, type Prepared } from './harness.ts';

const COMMANDS = 100;
const NEWLINE = 10;

/** How a protocol writes a stream of commands, reads all of it, and counts its frames without looking inside. */
interface Stream {
  write(commands: readonly Command[]): Uint8Array;
  read(bytes: Uint8Array): unknown[];
  walk(bytes: Uint8Array): number;
}

const writer = new FrameWriter();
const petrel: Stream = {
  write: (commands) => {
    writer.pos = 0;
    for (const command of commands) writer.frame(command);
    return writer.take();
  },
  read: (bytes) => decodeFrames(bytes),
  walk: (bytes) => {
    let count = 0;
    skim(bytes, () => void count++);
    return count;
  },
};

const json: Stream = {
  write: (commands) => Buffer.from(commands.map((command) => `${JSON.stringify(command)}\n`).join('')),
  read: (bytes) => {
    const lines = (bytes as Buffer).toString().split('\n');
    lines.pop();
    return lines.map((line) => JSON.parse(line) as unknown);
  },
  walk: (bytes) => {
    let count = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
    return count;
  },
};

function msgpackr(options: ConstructorParameters<typeof Packr>[0]): Stream {
  const packr = new Packr(options);
  return {
    write: (commands) => {
      const parts: Buffer[] = [];
      for (const command of commands) {
        const body = packr.pack(command);
        const head = Buffer.allocUnsafe(4);
        head.writeUInt32LE(body.length);
        parts.push(head, body);
      }
      return Buffer.concat(parts);
    },
    read: (bytes) => {
      const found: unknown[] = [];
      for (let at = 0; at < bytes.length;) {
        const end = at + 4 + (bytes as Buffer).readUInt32LE(at);
        found.push(packr.unpack(bytes.subarray(at + 4, end)) as unknown);
        at = end;
      }
      return found;
    },
    walk: (bytes) => {
      let count = 0;
      for (let at = 0; at < bytes.length; at += 4 + (bytes as Buffer).readUInt32LE(at)) count++;
      return count;
    },
  };
}

function prepare(stream: Stream, corpus: string): Prepared {
  const { pool: values } = CORPORA.find(({ name }) => name === corpus)!;
  const pool = values.map((_, i) =>
    Array.from({ length: COMMANDS }, (_, k): Command & FrameBody => {
      const value = values[(i + k) % values.length]!;
      return { kind: 'COMMAND', id: 1000 * i + k + 1, verb: 'SEND', args: [value] };
    }),
  );
  for (const commands of pool) stream.write(commands);
  const written = pool.map((commands) => Buffer.from(stream.write(commands)));
  return {
    size: Math.round(written.reduce((sum, { length }) => sum + length, 0) / pool.length),
    check: () => {
      assert.deepEqual(
        written.map((bytes) => stream.read(bytes)),
        pool,
      );
      for (const bytes of written) assert.equal(stream.walk(bytes), COMMANDS);
    },
    operations: {
      encode: (i) => stream.write(pool[i % pool.length]!),
      decode: (i) => stream.read(written[i % pool.length]!),
      skim: (i) => stream.walk(written[i % pool.length]!),
    },
  };
}

run(import.meta.url, {
  operations: ['encode', 'decode', 'skim'],
  corpora: CORPORA.filter(({ name }) => name !== 'b').map(({ name, about }) => ({
    name,
    about: `${COMMANDS} commands, the argument of each ${about}`,
  })),
  candidates: {
    petrel: (corpus) => prepare(petrel, corpus),
    'lines of JSON': (corpus) => prepare(json, corpus),
    msgpackr: (corpus) => prepare(msgpackr({ useRecords: false }), corpus),
    'msgpackr records': (corpus) => prepare(msgpackr({ structures: [] }), corpus),
  },
  notes: ['Times and bytes are of all the commands together.'],
});
