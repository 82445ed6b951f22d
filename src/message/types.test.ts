import { describe, expect, expectTypeOf, it } from 'vitest';
import { Colour, Level } from './helpers.test.ts';
import {
  decodeMessage,
  encodeMessage,
  field,
  map,
  message,
  repeated,
  UNKNOWN,
  type Infer,
  type Init,
  type MessageType,
} from './index.ts';

interface Tree {
  value: number;
  left?: Tree | undefined;
  right?: Tree | undefined;
  children: readonly Tree[];
  named: { readonly [key: string]: Tree };
}
const Tree: MessageType<Tree> = message('t.Tree', {
  value: field(1, 'sint32'),
  get left() {
    return field(2, Tree);
  },
  get right() {
    return field(3, Tree, { delimited: true });
  },
  get children() {
    return repeated(4, Tree);
  },
  get named() {
    return map(5, 'string', Tree);
  },
});

const Part = message('t.Part', { id: field(1, 'int32') });
const Scalars = message('t.Scalars', {
  double: field(1, 'double'),
  int32: field(2, 'int32'),
  int64: field(3, 'int64'),
  fixed64: field(4, 'fixed64'),
  bool: field(5, 'bool'),
  string: field(6, 'string'),
  bytes: field(7, 'bytes'),
  colour: field(8, Colour),
});
const Presence = message('t.Presence', {
  implicit: field(1, 'int32'),
  optional: field(2, 'int32', { optional: true }),
  required: field(3, 'int32', { required: true }),
  part: field(4, Part),
  needed: field(5, Part, { required: true }),
  level: field(6, Level, { optional: true }),
});
const Many = message('t.Many', {
  numbers: repeated(1, 'uint64'),
  parts: repeated(2, Part),
  levels: repeated(3, Level, { packed: false }),
  ages: map(4, 'string', 'int32'),
  byId: map(5, 'int64', Part),
});
const Choice = message('t.Choice', {
  id: field(1, 'int32'),
  text: field(2, 'string', { oneof: 'content' }),
  photo: field(3, 'bytes', { oneof: 'content' }),
  part: field(4, Part, { oneof: 'content' }),
  yes: field(5, 'bool', { oneof: 'answer' }),
  later: field(6, 'int64', { oneof: 'answer' }),
});

describe('what is inferred of a description', () => {
  it('is the type of each scalar, 64-bit integers exact', () => {
    type M = Infer<typeof Scalars>;
    expectTypeOf<M['double']>().toEqualTypeOf<number>();
    expectTypeOf<M['int32']>().toEqualTypeOf<number>();
    expectTypeOf<M['int64']>().toEqualTypeOf<number | bigint>();
    expectTypeOf<M['fixed64']>().toEqualTypeOf<number | bigint>();
    expectTypeOf<M['bool']>().toEqualTypeOf<boolean>();
    expectTypeOf<M['string']>().toEqualTypeOf<string>();
    expectTypeOf<M['bytes']>().toEqualTypeOf<Uint8Array>();
    expectTypeOf<M['colour']>().toEqualTypeOf<number>();
    expect(decodeMessage(Scalars, new Uint8Array()).int64).toBe(0);
  });

  it('is undefined too where presence is explicit', () => {
    type M = Infer<typeof Presence>;
    expectTypeOf<M['implicit']>().toEqualTypeOf<number>();
    expectTypeOf<M['required']>().toEqualTypeOf<number>();
    expectTypeOf<M['optional']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<M['part']>().toEqualTypeOf<Infer<typeof Part> | undefined>();
    expectTypeOf<M['needed']['id']>().toEqualTypeOf<number>();
    expectTypeOf<M['level']>().toEqualTypeOf<1 | 2 | undefined>();
    expect(Presence.create().optional).toBeUndefined();
  });

  it('is a list and an object by keys as text', () => {
    type M = Infer<typeof Many>;
    expectTypeOf<M['numbers']>().toEqualTypeOf<readonly (number | bigint)[]>();
    expectTypeOf<M['parts'][number]['id']>().toEqualTypeOf<number>();
    expectTypeOf<M['levels']>().toEqualTypeOf<readonly (1 | 2)[]>();
    expectTypeOf<M['ages']>().toEqualTypeOf<{ readonly [key: string]: number }>();
    expectTypeOf<M['byId'][string]['id']>().toEqualTypeOf<number>();
    expect(Many.create().numbers).toEqual([]);
  });

  it('is a union of the members of a oneof: one that is set rules the others out', () => {
    const read = decodeMessage(Choice, encodeMessage(Choice, { id: 1, text: 'a', yes: true }));
    expectTypeOf(read.text).toEqualTypeOf<string | undefined>();
    expectTypeOf(read.later).toEqualTypeOf<number | bigint | undefined>();
    if (read.text !== undefined) {
      expectTypeOf(read.text).toEqualTypeOf<string>();
      expectTypeOf(read.photo).toEqualTypeOf<undefined>();
      expectTypeOf(read.part).toEqualTypeOf<undefined>();
      // The other oneof is none of its business.
      expectTypeOf(read.later).toEqualTypeOf<number | bigint | undefined>();
    }
    expect(read).toEqual({ id: 1, text: 'a', yes: true });
  });

  it('is itself, where a message holds itself', () => {
    type M = Infer<typeof Tree>;
    expectTypeOf<M>().toEqualTypeOf<Tree>();
    const tree: Init<Tree> = {
      left: { left: { value: -1 } },
      right: {},
      children: [{}, { value: 2 }],
      named: { a: {} },
    };
    const read = decodeMessage(Tree, encodeMessage(Tree, tree));
    expectTypeOf(read.left?.left?.value).toEqualTypeOf<number | undefined>();
    expect(read.left?.left?.value).toBe(-1);
    expect(read.children.map(({ value }) => value)).toEqual([0, 2]);
    expect(Object.keys(read.named)).toEqual(['a']);
  });

  it('has the unknown fields', () => {
    expectTypeOf<Infer<typeof Part>[typeof UNKNOWN]>().toEqualTypeOf<readonly Uint8Array[] | undefined>();
    expect(Part.create()[UNKNOWN]).toBeUndefined();
  });
});

describe('what encode takes', () => {
  it('may leave anything out, in messages within too', () => {
    expect(() => encodeMessage(Many, {})).not.toThrow();
    expect(() => encodeMessage(Many, { parts: [{}, { id: 1 }], byId: { 5: {} } })).not.toThrow();
    expect(() => encodeMessage(Choice, { text: undefined, photo: new Uint8Array() })).not.toThrow();
    expectTypeOf<Init<Infer<typeof Many>>['parts']>().toEqualTypeOf<
      readonly Init<Infer<typeof Part>>[] | undefined
    >();
  });

  it('is what decode answered, and is not changed by it', () => {
    const read = decodeMessage(Presence, encodeMessage(Presence, { required: 1, needed: { id: 2 } }));
    expect(decodeMessage(Presence, encodeMessage(Presence, read))).toEqual(read);
  });

  it('is not of another type', () => {
    // @ts-expect-error a text is no number
    expect(() => encodeMessage(Scalars, { int32: 'x' })).toThrow(TypeError);
    // @ts-expect-error a list is no text
    expect(() => encodeMessage(Scalars, { string: ['x'] })).toThrow(TypeError);
    // @ts-expect-error bytes are no list
    expect(() => encodeMessage(Scalars, { bytes: [1] })).toThrow(TypeError);
    // @ts-expect-error 3 is none of the closed enum's numbers
    expect(() => encodeMessage(Presence, { required: 1, needed: {}, level: 3 })).toThrow(RangeError);
    // @ts-expect-error two members of one oneof
    expect(() => encodeMessage(Choice, { text: 'a', part: {} })).toThrow(TypeError);
    // @ts-expect-error a message is no number
    expect(() => encodeMessage(Presence, { part: 5, required: 1, needed: {} })).toThrow(TypeError);
    // @ts-expect-error elements of a list are of its type
    expect(() => encodeMessage(Many, { parts: [5] })).toThrow(TypeError);
    // @ts-expect-error values of a map are of its type
    expect(() => encodeMessage(Many, { ages: { a: 'x' } })).toThrow(TypeError);
    // @ts-expect-error there is no such field
    expect(encodeMessage(Part, { name: 'x' })).toHaveLength(0);
  });

  it('is described by types that exist', () => {
    // @ts-expect-error there is no such scalar type
    field(1, 'int16');
    // @ts-expect-error a float can't be a key
    map(1, 'float', 'int32');
    // @ts-expect-error bytes can't be keys
    map(1, 'bytes', 'int32');
    // @ts-expect-error there is no such option
    field(1, 'int32', { oneOf: 'content' });
    expect(field(1, 'int32')).toEqual({ no: 1, type: 'int32' });
  });
});
