import { describe, expect, it } from 'vitest';
import {
  DescriptorError,
  loadDescriptors,
  type FieldDescriptorProto,
  type FileDescriptorProto,
  type FileDescriptorSet,
} from './index.ts';

/** Numbers of descriptor.proto. */
const T = { DOUBLE: 1, INT32: 5, STRING: 9, MESSAGE: 11, ENUM: 14 };
const OPTIONAL = 1;
const REQUIRED = 2;
const REPEATED = 3;

const file = (extension: FieldDescriptorProto[], options = {}): FileDescriptorSet => ({
  file: [{ name: 'a.proto', package: 'a', extension, messageType: [{ name: 'M', options }] }],
});

const message = (...fields: FieldDescriptorProto[]): Partial<FileDescriptorProto> => ({
  messageType: [{ name: 'M', field: fields }],
});

describe('extensions', () => {
  const plain = { name: 'x', number: 100, label: OPTIONAL, type: T.INT32, extendee: '.a.M' };

  it('are found by extendee and number', () => {
    const registry = loadDescriptors(file([plain]));
    const found = registry.extension('a.M', 100)!;
    expect(found).toBe(registry.extensions.get('a.x'));
    expect(found.extendee).toBe(registry.messages.get('a.M'));
    expect(found.field).toEqual({ no: 100, type: 'int32', optional: true });
    expect(registry.extension('a.M', 101)).toBeUndefined();
    expect(registry.extension('a.', 100)).toBeUndefined();
  });

  it('always have presence, and keep what their file says of text', () => {
    const set = { file: [{ ...file([{ ...plain, type: T.STRING }]).file![0]!, syntax: 'proto3' }] };
    expect(loadDescriptors(set).extension('a.M', 100)!.field).toEqual({
      no: 100,
      type: 'string',
      optional: true,
    });
  });

  it('of a MessageSet are single messages with any type id', () => {
    const options = { messageSetWireFormat: true };
    const item = { ...plain, type: T.MESSAGE, typeName: '.a.M', number: 0x7fff_ffff };
    const registry = loadDescriptors(file([item], options));
    expect(registry.messages.get('a.M')!.messageSet).toBe(true);
    expect(registry.extension('a.M', 0x7fff_ffff)!.field.no).toBe(0x7fff_ffff);
    expect(() => loadDescriptors(file([plain], options))).toThrow('a.proto: a.x: extends a MessageSet');
    expect(() => loadDescriptors(file([item]))).toThrow('not within 1 to 536870911');
  });

  it('with the number of another are refused', () => {
    expect(() => loadDescriptors(file([plain, { ...plain, name: 'y' }]))).toThrow(
      'a.proto: a.y: has the number of a.x',
    );
  });
});

describe('descriptors that make no sense', () => {
  const field = { name: 'x', number: 1, label: OPTIONAL, type: T.INT32 };
  const entry = (key: FieldDescriptorProto): Partial<FileDescriptorProto> => ({
    messageType: [
      { name: 'M', field: [{ ...field, type: T.MESSAGE, typeName: '.a.E', label: REPEATED }] },
      {
        name: 'E',
        options: { mapEntry: true },
        field: [
          { name: 'key', number: 1, ...key },
          { name: 'value', number: 2, type: T.INT32 },
        ],
      },
    ],
  });
  const rows: readonly [string, Partial<FileDescriptorProto>][] = [
    ['imports b.proto, which is not in the set', { dependency: ['b.proto'] }],
    ['its package is a..b', { package: 'a..b' }],
    ['has the syntax proto4, which is not known', { syntax: 'proto4' }],
    ['has the edition 1002, which is not known', { syntax: 'editions', edition: 1002 }],
    ['has the edition undefined, which is not known', { syntax: 'editions' }],
    ['has 7 for the feature enumType', { options: { features: { enumType: 7 } } }],
    ['a: declares something without a name', { messageType: [{}] }],
    ['a: declares "a b", which is no name', { enumType: [{ name: 'a b', value: [{ name: 'A' }] }] }],
    [
      'a.M: is declared twice',
      { messageType: [{ name: 'M' }], enumType: [{ name: 'M', value: [{ name: 'A', number: 0 }] }] },
    ],
    ['a.E: has no values', { enumType: [{ name: 'E' }] }],
    [
      'a.E: has two values named A',
      {
        enumType: [
          {
            name: 'E',
            value: [
              { name: 'A', number: 0 },
              { name: 'A', number: 1 },
            ],
          },
        ],
      },
    ],
    [
      'a.E: is open, so that its first value must be 0, not 1',
      { syntax: 'proto3', enumType: [{ name: 'E', value: [{ name: 'A', number: 1 }] }] },
    ],
    ['a.M.x: has the number 0, which is not within 1 to 536870911', message({ ...field, number: 0 })],
    ['a.M.x: has the number 536870912,', message({ ...field, number: 536870912 })],
    ['a.M.y: has the number 1 of another field', message(field, { ...field, name: 'y' })],
    ['a.M.x: is there twice', message(field, { ...field, number: 2 })],
    ['a.M: declares "\\u001b[31m", which is no name', message({ ...field, name: '\u001b[31m' })],
    ['a.M.x: has the type number 19, which is none', message({ ...field, type: 19 })],
    ['a.M.x: has the type number undefined', message({ name: 'x', number: 1 })],
    [
      'a.M.x: refers to .a.N, which is not a message in the set',
      message({ ...field, type: T.MESSAGE, typeName: '.a.N' }),
    ],
    [
      'a.M.x: refers to .a.M, which is not an enum in the set',
      message({ ...field, type: T.ENUM, typeName: '.a.M' }),
    ],
    [
      'a.M.x: refers to M, which is not a message in the set: no dot first',
      message({ ...field, type: T.MESSAGE, typeName: 'M' }),
    ],
    ['a.M.x: refers to a message without its name', message({ ...field, type: T.MESSAGE })],
    ['a.M.x: belongs to oneof 3, which is not there', message({ ...field, oneofIndex: 3 })],
    ['a.M.x: belongs to oneof -1, which is not there', message({ ...field, oneofIndex: -1 })],
    [
      'a.M.x: has a default, which only a single scalar may',
      message({ ...field, label: REPEATED, defaultValue: '1' }),
    ],
    ['a.M.x: is a map whose key is no integer, bool or string', entry({ type: T.DOUBLE })],
    ['a.M.x: is a map without a key or a value, or not repeated', entry({ number: 3, type: T.INT32 })],
    [
      'a.M: is a MessageSet, which has no fields',
      { messageType: [{ name: 'M', field: [field], options: { messageSetWireFormat: true } }] },
    ],
    [
      'a.x: refers to .a.M, which is not a message in the set',
      { extension: [{ ...field, extendee: '.a.M' }] },
    ],
    ['a.x: refers to a message without its name', { extension: [field] }],
    [
      'a.x: is an extension, which is never a map',
      {
        messageType: [{ name: 'M' }, { name: 'E', options: { mapEntry: true } }],
        extension: [{ ...field, type: T.MESSAGE, typeName: '.a.E', label: REPEATED, extendee: '.a.M' }],
      },
    ],
    [
      'a.M.x: is a map of maps',
      {
        messageType: [
          { name: 'M', field: [{ ...field, type: T.MESSAGE, typeName: '.a.E', label: REPEATED }] },
          {
            name: 'E',
            options: { mapEntry: true },
            field: [
              { name: 'key', number: 1, type: T.INT32 },
              { name: 'value', number: 2, type: T.MESSAGE, typeName: '.a.E' },
            ],
          },
        ],
      },
    ],
    [
      'a.x: is an extension, which is never required',
      { messageType: [{ name: 'M' }], extension: [{ ...field, label: REQUIRED, extendee: '.a.M' }] },
    ],
  ];

  it.each(rows)('are refused: %s', (problem, file) => {
    const load = (): unknown => loadDescriptors({ file: [{ name: 'a.proto', package: 'a', ...file }] });
    expect(load).toThrow(DescriptorError);
    expect(load).toThrow(`a.proto: ${problem}`);
  });

  it('name file and element as data too', () => {
    const set = { file: [{ name: 'a.proto', package: 'a', ...message({ ...field, number: 0 }) }] };
    expect(() => loadDescriptors(set)).toThrow(
      expect.objectContaining({ name: 'DescriptorError', file: 'a.proto', element: 'a.M.x' }),
    );
    expect(() => loadDescriptors({ file: [...set.file, ...set.file] })).toThrow(
      'a.proto: is in the set twice',
    );
  });
});
