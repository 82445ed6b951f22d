/** The testee, spoken to as the official runner speaks: a sample of the recorded cases through the pipe, in odd pieces. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../src/message/index.ts';
import {
  JSON_IGNORE_UNKNOWN_PARSING_TEST,
  suiteTypes,
  WireFormat,
  type Request,
  type Response,
} from './conformance.ts';
import { binaryCases, jsonCases, saysTheSame, type BinaryCase, type JsonCase } from './recorded.ts';
import { suiteSchema } from './suite-types.ts';

const { registry } = suiteSchema();
const suite = suiteTypes(registry);
/** One case of nine: 312 and 307. */
const sample = <T>(cases: readonly T[]): T[] => cases.filter((_, i) => i % 9 === 0);
const PIECES = [1, 2, 3, 5, 7, 1021, 13, 65_536, 4];

interface Ended {
  readonly exitCode: number;
  readonly responses: readonly Response[];
  readonly errors: string;
}

/** Runs the testee over an input that is written in odd pieces. */
async function run(input: Uint8Array, ...args: string[]): Promise<Ended> {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const testee = spawn('npm', ['run', '-s', 'conformance:testee', '--', ...args], { cwd });
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  testee.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  testee.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  for (let i = 0, at = 0; at < input.length; i++) {
    const piece = input.subarray(at, (at += PIECES[i % PIECES.length]!));
    if (!testee.stdin.write(piece)) await once(testee.stdin, 'drain');
  }
  testee.stdin.end();
  const [exitCode] = (await once(testee, 'close')) as [number];
  return { exitCode, responses: unframed(Buffer.concat(out)), errors: Buffer.concat(errors).toString() };
}

function framed(requests: readonly Request[]): Uint8Array {
  return Buffer.concat(
    requests.map((request) => {
      const bytes = encodeMessage(suite.Request, request);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return Buffer.concat([length, bytes]);
    }),
  );
}

function unframed(bytes: Buffer): Response[] {
  const responses: Response[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32LE(at);
    responses.push(decodeMessage(suite.Response, bytes.subarray(at + 4, end)));
    at = end;
  }
  return responses;
}

function requestOf(each: BinaryCase | JsonCase): Request {
  const { in: input, type } = each;
  const json = 'inJson' in each ? each.inJson : undefined;
  const toJson = 'to' in each && each.to === 'json';
  const ignoreUnknown = 'ignoreUnknown' in each && each.ignoreUnknown;
  return {
    ...(json === undefined ? { protobufPayload: Buffer.from(input!, 'hex') } : { jsonPayload: json }),
    requestedOutputFormat: toJson ? WireFormat.JSON : WireFormat.PROTOBUF,
    messageType: type,
    ...(ignoreUnknown && { testCategory: JSON_IGNORE_UNKNOWN_PARSING_TEST }),
  };
}

/** An answer in the form of a recorded one. */
function found({ parseError, serializeError, protobufPayload, jsonPayload, ...other }: Response): unknown {
  if (parseError !== undefined) return 'parse';
  if (serializeError !== undefined) return 'serialize';
  if (protobufPayload !== undefined) return Buffer.from(protobufPayload).toString('hex');
  return jsonPayload === undefined ? other : JSON.parse(jsonPayload);
}

const good = binaryCases.find(({ out }) => out !== undefined)!;
const [first, ...rest]: Request[] = [
  {
    messageType: 'conformance.FailureSet',
    requestedOutputFormat: WireFormat.PROTOBUF,
    protobufPayload: Buffer.alloc(0),
  },
  { ...requestOf(good), requestedOutputFormat: WireFormat.JSPB },
  { ...requestOf(good), requestedOutputFormat: WireFormat.TEXT_FORMAT },
  { messageType: good.type, textPayload: '', requestedOutputFormat: WireFormat.PROTOBUF },
  { messageType: good.type, jspbPayload: '[]', requestedOutputFormat: WireFormat.PROTOBUF },
  { messageType: good.type, requestedOutputFormat: WireFormat.PROTOBUF },
  { ...requestOf(good), messageType: 'acme.None' },
  { ...requestOf(good), requestedOutputFormat: WireFormat.UNSPECIFIED },
];

describe('the testee', () => {
  it.each([[[]], [['--generated']]])(
    'answers a sample of the cases as they were recorded %j',
    async (args) => {
      const binary = sample(binaryCases);
      const json = sample(jsonCases);
      const input = framed([first!, ...binary.map(requestOf), ...json.map(requestOf)]);
      const { exitCode, responses, errors } = await run(input, ...args);
      expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' });
      const [failures, ...answers] = responses.map(found);
      expect(failures).toBe('');
      expect(answers.length).toBe(312 + 307);
      const wrong = binary.filter((each, i) => answers[i] !== (each.error ? 'parse' : each.out));
      expect(wrong).toEqual([]);
      expect(json.filter((each, i) => !saysTheSame(registry, each, answers[binary.length + i]))).toEqual([]);
    },
  );

  it('skips what it does not speak, and says what is no request', async () => {
    const broken = Buffer.from('0100000008', 'hex');
    const { exitCode, responses } = await run(Buffer.concat([framed(rest), broken]));
    expect(exitCode).toBe(0);
    expect(responses.map((response) => Object.keys(response))).toEqual([
      ...Array.from({ length: 4 }, () => ['skipped']),
      ...Array.from({ length: 4 }, () => ['runtimeError']),
    ]);
  });

  it('ends with an error where the input ends inside a request', async () => {
    const { exitCode, responses, errors } = await run(Buffer.from('05000000aa', 'hex'));
    expect(exitCode).toBe(1);
    expect(responses).toEqual([]);
    expect(errors).toBe('testee: the input ends inside a request, 5 bytes into it\n');
  });
});
