/** A document in protobuf: by a schema of the user's, or by one that is inferred. */
import { readFileSync } from 'node:fs';
import { stringify } from 'petrel/json';
import { decodeMessage } from 'petrel/message';
import type { Encodable } from 'petrel/value';
import { bytesFromText } from '../proto/bytes.ts';
import { textFromMessage } from '../proto/json.ts';
import type { Target } from '../proto/target.ts';
import { encodeInferred, type Inferred } from './inferred.ts';

/** The schema, and what it can't keep. */
export interface ProtobufSchema extends Pick<Inferred, 'absent' | 'texts' | 'mixed'> {
  /** The message type's name; undefined for an inferred schema. */
  readonly type: string | undefined;
  /** Bytes of its files. */
  readonly schemaBytes: number;
}

/** A document's bytes in protobuf. */
export interface Protobuf extends ProtobufSchema {
  readonly bytes: Uint8Array;
  /** The inferred schema as a `.proto` file. */
  readonly proto: string | undefined;
}

const DEEP = { maxDepth: 1000 };

/** By an inferred schema. */
export function inferredProtobuf(value: Encodable): Protobuf {
  const inferred = encodeInferred(value);
  return { ...inferred, type: undefined, schemaBytes: Buffer.byteLength(inferred.proto) };
}

/**
 * By a message type; the document must be its JSON.
 * @param files of the schema
 * @throws CommandError where it is not, naming the path.
 */
export function typedProtobuf(value: Encodable, target: Target, files: readonly string[]): Protobuf {
  const bytes = bytesFromText(target, stringify(value), DEEP);
  const options = { ...DEEP, registry: target.registry };
  const again = bytesFromText(
    target,
    textFromMessage(target.type, decodeMessage(target.type, bytes, { limits: DEEP }), options),
    DEEP,
  );
  if (Buffer.compare(bytes, again) !== 0) throw new Error('the document does not come back from protobuf');
  const schemaBytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0);
  return { bytes, schemaBytes, type: target.type.name, proto: undefined, absent: 0, texts: 0, mixed: 0 };
}
