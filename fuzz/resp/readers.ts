/** Proves that no bytes do worse to a reader of RESP than a fault that the registry knows, the same at any chunking. */
import * as fc from 'fast-check';
import { readCommands, readReplies } from '../../spec/resp.ts';
import { RespReader } from '../../src/resp/index.ts';
import type { Value } from '../../src/value/index.ts';
import type { Limits } from '../../src/wire/index.ts';
import { cuts } from '../arbitraries.ts';
import { modelOf } from '../model.ts';
import { promise, same, type Promised } from '../property.ts';
import { damaged, noise } from './damaged.ts';
import { codeOf, judged } from './outcomes.ts';
import { anyString, bulk, bytesOf, replies } from './said.ts';

const limits: fc.Arbitrary<Partial<Limits>> = fc.record(
  { maxDepth: fc.nat(6), maxElements: fc.nat(20), maxPayload: fc.nat(60) },
  { requiredKeys: [] },
);

const anyReplies = promise(
  'any bytes end in the same replies and the same registered fault, in any chunks',
  fc.tuple(fc.oneof(damaged(replies.map(({ resp }) => resp)), noise), limits, cuts),
  ([text, some, cut]) => {
    const bytes = bytesOf(text);
    judged(
      bytes,
      cut(bytes),
      (chunks) => readReplies(chunks, some),
      (value: Value) => modelOf(value),
    );
  },
);

const anyCommands = promise(
  'any bytes end in the same commands and the same registered fault, in any chunks',
  fc.tuple(
    fc.oneof(
      damaged(
        fc
          .array(anyString, { maxLength: 4 })
          .map((all) => `*${all.length}\r\n${all.map((text) => bulk('$', text)).join('')}`),
      ),
      noise,
    ),
    limits,
    cuts,
  ),
  ([text, some, cut]) => {
    const bytes = bytesOf(text);
    judged(
      bytes,
      cut(bytes),
      (chunks) => readCommands(chunks, some),
      (command) => JSON.stringify(command),
    );
  },
);

const staysFailed = promise(
  'a reader that failed stays failed',
  damaged(replies.map(({ resp }) => resp)),
  (text) => {
    const reader = new RespReader();
    const attempts = [bytesOf(text), bytesOf('+OK\r\n'), bytesOf(':1\r\n')].map((chunk) =>
      codeOf(() => {
        reader.feed(chunk);
        while (reader.next() !== undefined);
      }),
    );
    const failed = attempts.findIndex((code) => code !== 'taken');
    if (failed >= 0) same('from then on', String(new Set(attempts.slice(failed)).size), '1');
  },
);

export const READER_PROMISES: readonly Promised[] = [anyReplies, anyCommands, staysFailed];
