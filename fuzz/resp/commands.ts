/** Proves that commands come back as they were said, at any chunking. */
import * as fc from 'fast-check';
import { readCommands } from '../../spec/resp.ts';
import { RespWriter } from '../../src/resp/index.ts';
import type { Encodable } from '../../src/value/index.ts';
import { concat, cuts } from '../arbitraries.ts';
import { hex, modelOf } from '../model.ts';
import { promise, same, type Promised } from '../property.ts';
import { lines, strings } from './carried.ts';
import { whole } from './outcomes.ts';

const parts = fc.array(strings, { maxLength: 5 });
const inlines = lines.filter((line) => (typeof line === 'string' ? !line.startsWith('*') : line[0] !== 0x2a));

const model = (list: unknown): string => modelOf(list as Encodable);

const commands = promise(
  'commands come back part by part and byte by byte, in any chunks',
  fc.tuple(fc.array(fc.oneof(parts, inlines), { maxLength: 6 }), cuts),
  ([all, cut]) => {
    const writer = new RespWriter();
    for (const command of all) {
      if (Array.isArray(command)) writer.command(command);
      else writer.inline(command);
    }
    const bytes = writer.take();
    const items = whole(readCommands(cut(bytes)));
    same(
      'parts',
      items.map((item) => model(item.parts)).join(),
      all.map((item) => model(Array.isArray(item) ? item : [item])).join(),
    );
    const again = new RespWriter();
    for (const { parts: list, inline } of items) {
      if (inline) again.inline(list[0]!);
      else again.command(list);
    }
    same('bytes', hex(again.take()), hex(bytes));
    same(
      'lengths',
      hex(concat(items.map(({ offset, length }) => bytes.subarray(offset, offset + length)))),
      hex(bytes),
    );
  },
);

export const COMMAND_PROMISES: readonly Promised[] = [commands];
