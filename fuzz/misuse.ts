/** Proves that whatever a caller hands to the writers, they write nothing that the readers refuse. */
import * as fc from 'fast-check';
import { decodeFrames, encodeFrame, type FrameBody } from '../src/frame/all.ts';
import { FrameKind } from '../src/frame/index.ts';
import {
  decode,
  Decimal,
  encode,
  Entries,
  Float,
  Message,
  Opaque,
  Tagged,
  type Encodable,
} from '../src/value/index.ts';
import { encodables } from './arbitraries.ts';
import { promise, type Promised } from './property.ts';

const wild = fc.oneof(
  encodables,
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withNullPrototype: true,
  }),
  fc.constantFrom<unknown>(undefined, '\ud800', 1n, 2n, 4n, 5n, Symbol.iterator, () => 1),
);

/** Instances of the classes whose fields are not what their types say. */
const instances = fc.tuple(fc.integer({ min: 0, max: 5 }), wild, wild).map(([which, a, b]): unknown => {
  const [x, y] = [a as never, b as never];
  switch (which) {
    case 0:
      return new Float(x);
    case 1:
      return new Decimal(x, y);
    case 2:
      return new Tagged(x, y);
    case 3:
      return new Message(x, y);
    case 4:
      return new Opaque(x, y);
    default:
      return new Entries([x], [y]);
  }
});

const anyTag = fc
  .tuple(fc.oneof(fc.nat(7), fc.bigInt(0n, 7n)), fc.oneof(wild, instances))
  .map(([tag, value]) => new Tagged(tag, value as Encodable));

const handed = fc.oneof(wild, instances, anyTag, fc.array(fc.oneof(instances, anyTag), { maxLength: 3 }));

/** What `write` answers; undefined when it refuses as it may. */
function written(write: () => Uint8Array): Uint8Array | undefined {
  try {
    return write();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return undefined;
    throw error;
  }
}

const values = promise('whatever is handed to encode, what it writes is read', handed, (value) => {
  const bytes = written(() => encode(value as Encodable));
  if (bytes !== undefined) decode(bytes);
});

const FIELDS = [
  'id',
  'verb',
  'args',
  'value',
  'received',
  'echo',
  'scope',
  'code',
  'after',
  'text',
  'dictionary',
  'length',
  'deflated',
  'type',
  'bytes',
  'form',
  'token',
  'attempt',
  'next',
  'versions',
  'version',
  'maxPayload',
  'capabilities',
  'dictionaries',
  'agent',
  'unknown',
];
const fields = fc.record(
  Object.fromEntries(
    FIELDS.map((field) => [
      field,
      fc.oneof(
        wild,
        fc.nat(9),
        fc.double(),
        fc.constantFrom<unknown>(
          'offer',
          'answer',
          'link',
          [1, 1],
          [1, 1.5],
          ['a'],
          '123',
          new Uint8Array(3),
        ),
      ),
    ]),
  ),
  { requiredKeys: FIELDS.slice(0, 20) },
);
const frames = promise(
  'whatever is handed to encodeFrame, what it writes is read',
  fc.tuple(fc.constantFrom(...Object.keys(FrameKind)), fields),
  ([kind, body]) => {
    const bytes = written(() => encodeFrame({ ...body, kind } as unknown as FrameBody));
    // What another version says is well-formed, and refused for that alone.
    if (bytes !== undefined && kind !== 'HELLO') decodeFrames(bytes, { limits: { maxPayload: 2 ** 32 - 1 } });
  },
);

export const MISUSE_PROMISES: readonly Promised[] = [values, frames];
