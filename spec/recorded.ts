/** The recorded cases of protobuf's conformance suite that have JSON on either side, and when an answer is right. */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { decodeMessage, type Registry } from '../src/message/index.ts';

/** A case with JSON. protobuf/README.md says what each field means. */
export interface JsonCase {
  readonly name: string;
  readonly type: string;
  readonly in?: string;
  readonly inJson?: string;
  readonly to: 'json' | 'bin';
  readonly outJson?: string;
  readonly out?: string;
  readonly error?: 'parse' | 'serialize';
  readonly ignoreUnknown?: boolean;
}

/** Bytes to bytes; an error is one of parsing. */
export interface BinaryCase {
  readonly name: string;
  readonly type: string;
  readonly in: string;
  readonly out?: string;
  readonly error?: true;
}

export const jsonCases = load('protobuf-conformance-json-vectors.jsonl') as readonly JsonCase[];
export const binaryCases = load('protobuf-conformance-vectors.jsonl') as readonly BinaryCase[];

/** Recorded with the entries of maps as the JSON has them; equal maps are equal bytes here, in the order of their keys. */
export const MAPS = /\.JsonInput\.(BoolMapField|Struct)\.ProtobufOutput$/;

function load(name: string): unknown[] {
  const lines = readFileSync(new URL(`protobuf/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line): unknown => JSON.parse(line));
}

/** Whether an answer is the recorded one: a parsed document, bytes as hex, or `parse` or `serialize` where it is refused. */
export function isRecorded({ error, outJson, out }: JsonCase, found: unknown): boolean {
  return isDeepStrictEqual(found, error ?? (outJson === undefined ? out : JSON.parse(outJson)));
}

/** Whether an answer says what the recorded one says: the cases of `MAPS` are spelled otherwise. */
export function saysTheSame(registry: Registry, each: JsonCase, found: unknown): boolean {
  if (isRecorded(each, found)) return true;
  if (!MAPS.test(each.name)) return false;
  const decode = (hex: unknown): object =>
    decodeMessage(registry.messages.get(each.type)!, Buffer.from(hex as string, 'hex'));
  return isDeepStrictEqual(decode(found), decode(each.out));
}
