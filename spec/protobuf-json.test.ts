/** Every recorded case of protobuf's conformance suite that has JSON on either side, both ways of running. */
import { describe, expect, it } from 'vitest';
import { CommandError } from '../cli/src/exit.ts';
import { messageFromText, textFromMessage } from '../cli/src/proto/json.ts';
import { decodeMessage, encodeMessage, type MessageType, type Registry } from '../src/message/index.ts';
import { isRecorded, jsonCases, MAPS, saysTheSame, type JsonCase } from './recorded.ts';
import { generatedTypes, suiteSchema } from './suite-types.ts';

const schema = suiteSchema();

/** What a case comes to: a parsed document, bytes as hex, or how it is refused. */
function answer(registry: Registry, each: JsonCase): unknown {
  const type = registry.messages.get(each.type)!;
  let stage = 'parse';
  try {
    const message = read(registry, type, each);
    stage = 'serialize';
    if (each.to === 'bin') return Buffer.from(encodeMessage(type, message)).toString('hex');
    return JSON.parse(textFromMessage(type, message, { registry }));
  } catch (error) {
    if (error instanceof CommandError) return stage;
    throw error;
  }
}

function read(registry: Registry, type: MessageType, each: JsonCase): object {
  if (each.inJson === undefined) return decodeMessage(type, Buffer.from(each.in!, 'hex'));
  return messageFromText(type, each.inJson, { registry, ignoreUnknown: each.ignoreUnknown === true });
}

describe('the recorded conformance suite with JSON', () => {
  it('is whole', () => {
    expect(jsonCases.length).toBe(2762);
    expect(jsonCases.filter(({ error }) => error === 'parse').length).toBe(430);
    expect(jsonCases.filter(({ error }) => error === 'serialize').length).toBe(30);
    expect(jsonCases.filter(({ ignoreUnknown }) => ignoreUnknown).length).toBe(44);
  });

  it.each<[way: string, load: () => Registry | Promise<Registry>]>([
    ['the interpreter', () => schema.registry],
    ['generated code', () => generatedTypes(schema)],
  ])('is answered by %s, in 6 cases with the entries of a map in another order', async (_, load) => {
    const registry = await load();
    const answers = jsonCases.map((each) => [each, answer(registry, each)] as const);
    expect(answers.filter((each) => !saysTheSame(registry, ...each))).toEqual([]);
    const others = answers.filter((each) => !isRecorded(...each)).map(([{ name }]) => name);
    expect(others.filter((name) => MAPS.test(name)).length).toBe(6);
    expect(others.length).toBe(6);
  });
});
