import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, type Field, type MessageType } from '../message/index.ts';
import {
  loadDescriptors,
  type DescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
} from './index.ts';

/** Numbers of descriptor.proto. */
const T = {
  DOUBLE: 1,
  FLOAT: 2,
  INT64: 3,
  UINT64: 4,
  INT32: 5,
  BOOL: 8,
  STRING: 9,
  GROUP: 10,
  MESSAGE: 11,
  BYTES: 12,
  ENUM: 14,
};
const OPTIONAL = 1;
const REQUIRED = 2;
const REPEATED = 3;

const SYNTAXES: Readonly<Record<string, Partial<FileDescriptorProto>>> = {
  proto2: {},
  proto3: { syntax: 'proto3' },
  'edition 2023': { syntax: 'editions', edition: 1000 },
  'edition 2024': { syntax: 'editions', edition: 1001 },
};

/** A message of a file that holds an empty one, `a.Sub`, too. */
function loadMessage(proto: DescriptorProto, file: Partial<FileDescriptorProto> = {}): MessageType {
  const set = { file: [{ name: 'a.proto', package: 'a', messageType: [proto, { name: 'Sub' }], ...file }] };
  return loadDescriptors(set).messages.get(`a.${proto.name}`)!;
}

/** The description of one field `x` in a message of its own. */
function loadField(
  field: FieldDescriptorProto,
  file: Partial<FileDescriptorProto> = {},
  rest: Partial<DescriptorProto> = {},
): Field {
  const proto = { name: 'M', field: [{ name: 'x', number: 1, label: OPTIONAL, ...field }], ...rest };
  const enums = [
    {
      name: 'E',
      value: [
        { name: 'ZERO', number: 0 },
        { name: 'TEN', number: 10 },
      ],
    },
  ];
  return loadMessage(proto, { enumType: enums, ...file }).fields['x']!;
}

/** A field without its type, which may be an object. */
function traits(field: Field): object {
  const rest: Partial<Field> = { ...field };
  delete (rest as { type?: unknown }).type;
  return rest;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const entry = (key: number, value: FieldDescriptorProto): DescriptorProto => ({
  name: 'XEntry',
  options: { mapEntry: true },
  field: [
    { name: 'key', number: 1, type: key },
    { name: 'value', number: 2, ...value },
  ],
});

const named = (...names: string[]): DescriptorProto => ({
  name: 'M',
  field: names.map((name, i) => ({ name, number: i + 1, label: OPTIONAL, type: T.INT32 })),
});

describe('a field of each syntax', () => {
  const closed = { fieldPresence: 3, repeatedFieldEncoding: 2, utf8Validation: 3, messageEncoding: 2 };
  const sub = { type: T.MESSAGE, typeName: '.a.Sub' };
  const rows: readonly [string, keyof typeof SYNTAXES, FieldDescriptorProto, object][] = [
    ['has presence', 'proto2', { type: T.INT32 }, { optional: true }],
    ['has none', 'proto3', { type: T.INT32 }, {}],
    ['has presence', 'edition 2023', { type: T.INT32 }, { optional: true }],
    ['has presence', 'edition 2024', { type: T.INT32 }, { optional: true }],
    ['may be required', 'proto2', { type: T.INT32, label: REQUIRED }, { required: true }],
    [
      'may be required',
      'edition 2023',
      { type: T.INT32, options: { features: { fieldPresence: 3 } } },
      { required: true },
    ],
    ['may have none', 'edition 2023', { type: T.INT32, options: { features: { fieldPresence: 2 } } }, {}],
    ['is loose text', 'proto2', { type: T.STRING }, { optional: true, utf8: false }],
    ['is strict text', 'proto3', { type: T.STRING }, {}],
    ['is strict text', 'edition 2023', { type: T.STRING }, { optional: true }],
    [
      'may be loose text',
      'edition 2023',
      { type: T.STRING, options: { features: closed } },
      { required: true, utf8: false },
    ],
    ['is expanded', 'proto2', { type: T.INT32, label: REPEATED }, { repeated: true, packed: false }],
    [
      'may be packed',
      'proto2',
      { type: T.INT32, label: REPEATED, options: { packed: true } },
      { repeated: true },
    ],
    ['is packed', 'proto3', { type: T.INT32, label: REPEATED }, { repeated: true }],
    [
      'may be expanded',
      'proto3',
      { type: T.INT32, label: REPEATED, options: { packed: false } },
      { repeated: true, packed: false },
    ],
    [
      'may be expanded',
      'edition 2023',
      { type: T.INT32, label: REPEATED, options: { features: closed } },
      { repeated: true, packed: false },
    ],
    [
      'is never packed text',
      'edition 2023',
      { type: T.STRING, label: REPEATED, options: { features: { repeatedFieldEncoding: 2 } } },
      { repeated: true },
    ],
    ['is a message', 'proto2', sub, {}],
    ['is a message', 'edition 2023', sub, {}],
    ['is a group', 'proto2', { ...sub, type: T.GROUP }, { delimited: true }],
    [
      'may be delimited',
      'edition 2023',
      { ...sub, options: { features: { messageEncoding: 2 } } },
      { delimited: true },
    ],
    ['may be a required message', 'proto2', { ...sub, label: REQUIRED }, { required: true }],
    ['may have a name in JSON', 'proto3', { type: T.INT32, jsonName: '@x' }, { json: '@x' }],
    ['has the default name in JSON', 'proto3', { type: T.INT32, jsonName: 'x' }, {}],
  ];

  it.each(rows)('%s (%s)', (_title, syntax, field, expected) => {
    expect(traits(loadField(field, SYNTAXES[syntax]))).toEqual({ no: 1, ...expected });
  });

  it('takes features from the file, the message around it, the oneof, and itself, the nearest first', () => {
    const file = {
      ...SYNTAXES['edition 2023'],
      options: { features: { fieldPresence: 2, utf8Validation: 3 } },
    };
    const text = { type: T.STRING };
    expect(traits(loadField(text, file))).toEqual({ no: 1, utf8: false });
    const message = { options: { features: { utf8Validation: 2, fieldPresence: 1 } } };
    expect(traits(loadField(text, file, message))).toEqual({ no: 1, optional: true });
    const oneofs = { oneofDecl: [{ name: 'o', options: { features: { utf8Validation: 3 } } }], ...message };
    expect(traits(loadField({ ...text, oneofIndex: 0 }, file, oneofs))).toEqual({
      no: 1,
      oneof: 'o',
      utf8: false,
    });
    const own = { ...text, oneofIndex: 0, options: { features: { utf8Validation: 2 } } };
    expect(traits(loadField(own, file, oneofs))).toEqual({ no: 1, oneof: 'o' });
  });

  it('inherits through every message that it is nested in', () => {
    const inner = { name: 'Inner', field: [{ name: 'x', number: 1, label: OPTIONAL, type: T.INT32 }] };
    const outer = { name: 'Outer', nestedType: [inner], options: { features: { fieldPresence: 2 } } };
    const file = { ...SYNTAXES['edition 2023'], name: 'a.proto', messageType: [outer] };
    const { messages } = loadDescriptors({ file: [file] });
    expect([...messages.keys()]).toEqual(['Outer', 'Outer.Inner']);
    expect(messages.get('Outer.Inner')!.fields['x']).toEqual({ no: 1, type: 'int32' });
  });

  it('knows that the oneof of a proto3 optional is none', () => {
    const field = { type: T.INT32, oneofIndex: 0, proto3Optional: true };
    expect(traits(loadField(field, SYNTAXES['proto3'], { oneofDecl: [{ name: '_x' }] }))).toEqual({
      no: 1,
      optional: true,
    });
  });

  it.each([
    ['proto2', true],
    ['proto3', false],
    ['edition 2023', false],
  ] as const)('in %s has enums that are closed: %s', (syntax, closedEnum) => {
    const { type } = loadField({ type: T.ENUM, typeName: '.a.E' }, SYNTAXES[syntax]);
    expect(type).toEqual({ name: 'a.E', values: { ZERO: 0, TEN: 10 }, closed: closedEnum });
  });

  it('makes maps of their entries, which are no messages of their own and never delimited', () => {
    const field = { type: T.MESSAGE, typeName: '.a.M.XEntry', label: REPEATED };
    const delimited = { ...SYNTAXES['edition 2023'], options: { features: { messageEncoding: 2 } } };
    const sub = entry(T.STRING, { type: T.MESSAGE, typeName: '.a.Sub' });
    expect(traits(loadField(field, delimited, { nestedType: [sub] }))).toEqual({ no: 1, key: 'string' });
    expect(traits(loadField(field, {}, { nestedType: [sub] }))).toEqual({
      no: 1,
      key: 'string',
      utf8: false,
    });
    const numbers = entry(T.INT64, { type: T.BOOL });
    expect(loadField(field, {}, { nestedType: [numbers] })).toEqual({ no: 1, key: 'int64', type: 'bool' });
    const set = { file: [{ name: 'a.proto', messageType: [{ name: 'M', nestedType: [numbers] }] }] };
    expect([...loadDescriptors(set).messages.keys()]).toEqual(['M']);
  });
});

describe('a default', () => {
  it.each([
    [T.INT32, '-2147483648', -2147483648],
    [T.INT64, '9223372036854775807', 9223372036854775807n],
    [T.INT64, '-9007199254740991', -9007199254740991],
    [T.UINT64, '18446744073709551615', 18446744073709551615n],
    [T.DOUBLE, '1e400', Infinity],
    [T.DOUBLE, '-inf', -Infinity],
    [T.DOUBLE, 'nan', NaN],
    [T.DOUBLE, '-0', -0],
    [T.FLOAT, '0.1', Math.fround(0.1)],
    [T.BOOL, 'true', true],
    [T.BOOL, 'false', false],
    [T.STRING, 'a\\n"\u00fc', 'a\\n"\u00fc'],
    [T.STRING, '', ''],
    [T.BYTES, '\\a\\b\\t\\n\\v\\f\\r', Uint8Array.of(7, 8, 9, 10, 11, 12, 13)],
    [T.BYTES, '\\000\\377a\\n\\\\\\x41\\"\\\'', Uint8Array.of(0, 255, 97, 10, 92, 65, 34, 39)],
    [T.ENUM, 'TEN', 10],
  ])('of type %i that reads %s is %s', (type, defaultValue, expected) => {
    const typeName = type === T.ENUM ? { typeName: '.a.E' } : {};
    expect(loadField({ type, defaultValue, ...typeName }).default).toEqual(expected);
  });

  it.each([
    [T.INT32, '2147483648'],
    [T.INT32, '0x10'],
    [T.INT32, ''],
    [T.UINT64, '-1'],
    [T.UINT64, '9'.repeat(1_000_000)],
    [T.DOUBLE, 'Infinity'],
    [T.DOUBLE, '1,5'],
    [T.BOOL, '1'],
    [T.BYTES, '\\'],
    [T.BYTES, '\u00fc'],
    [T.ENUM, 'toString'],
    [T.ENUM, '__proto__'],
  ])('of type %i that reads %.20s is refused', (type, defaultValue) => {
    const typeName = type === T.ENUM ? { typeName: '.a.E' } : {};
    expect(() => loadField({ type, defaultValue, ...typeName })).toThrow(
      /^a\.proto: a\.M\.x: has the default/,
    );
  });
});

describe('the names of fields', () => {
  it.each([
    ['send_time', 'sendTime', {}],
    ['sendTime', 'sendTime', { name: 'sendTime' }],
    ['FieldName8', 'FieldName8', { name: 'FieldName8' }],
    ['_field_name3', 'FieldName3', {}],
    ['field__name4_', 'fieldName4', { name: 'field__name4_' }],
    ['field_1', 'field1', { name: 'field_1' }],
    ['constructor', 'constructor', {}],
    ['to_string', 'toString', {}],
    ['__proto__', 'Proto', { name: '__proto__' }],
  ])('%s becomes %s', (name, key, names) => {
    const type = loadMessage(named(name), SYNTAXES['proto3']);
    expect(Object.keys(type.fields)).toEqual([key]);
    expect(type.fields[key]).toEqual({ no: 1, type: 'int32', ...names });
    const decoded = decodeMessage(type, Uint8Array.of(8, 7)) as Record<string, unknown>;
    expect(Object.entries(decoded)).toEqual([[key, 7]]);
    expect(hex(encodeMessage(type, decoded))).toBe('0807');
    expect(hex(encodeMessage(type, {}))).toBe('');
  });

  it('that share a key get the number added', () => {
    const { fields } = loadMessage(named('foo_bar', 'fooBar', 'foo__bar'), SYNTAXES['proto3']);
    expect(fields).toEqual({
      fooBar: { no: 1, type: 'int32' },
      fooBar_2: { no: 2, type: 'int32', name: 'fooBar', json: 'fooBar' },
      fooBar_3: { no: 3, type: 'int32', name: 'foo__bar', json: 'fooBar' },
    });
  });

  it('of other declarations never become a prototype', () => {
    const file = {
      name: '__proto__',
      package: '__proto__.constructor',
      messageType: [
        {
          name: '__proto__',
          field: [{ name: 'toString', number: 1, type: T.ENUM, typeName: '.__proto__.constructor.E' }],
        },
      ],
      enumType: [
        {
          name: 'E',
          value: [
            { name: '__proto__', number: 0 },
            { name: 'constructor', number: 3 },
          ],
        },
      ],
    };
    const { messages, enums } = loadDescriptors({ file: [file] });
    expect([...messages.keys()]).toEqual(['__proto__.constructor.__proto__']);
    const { values } = enums.get('__proto__.constructor.E')!;
    expect(Object.entries(values)).toEqual([
      ['__proto__', 0],
      ['constructor', 3],
    ]);
    expect(({} as Record<string, unknown>)['E']).toBeUndefined();
  });
});
