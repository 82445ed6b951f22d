import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../exit.ts';
import type { FileDraft, MessageDraft } from './draft.ts';
import { parseProto } from './parse.ts';

const parse = (text: string): FileDraft => parseProto(text, 'a.proto', 'a.proto').proto;

/** The message `M` of a text whose statements stand in it. */
function body(statements: string, syntax = 'syntax = "proto2";'): MessageDraft {
  return parse(`${syntax} message M { ${statements} }`).messageType![0]!;
}

function failure(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof CommandError) return error.message;
    throw error;
  }
  return 'no error';
}

const PROTO3 = 'syntax = "proto3";';
const EDITION = 'edition = "2023";';

describe('a .proto file', () => {
  it.each([
    ['optional string text = 0x10;', { name: 'text', label: 1, type: 9, number: 16 }],
    ['required sint64 n = 010;', { name: 'n', label: 2, type: 18, number: 8 }],
    ['repeated .acme.Chat chats = 1;', { name: 'chats', label: 3, typeName: '.acme.Chat', number: 1 }],
    ['optional acme . Chat chat = 1;', { name: 'chat', label: 1, typeName: 'acme.Chat', number: 1 }],
    ['optional int32 message = 1;', { name: 'message', label: 1, type: 5, number: 1 }],
    [
      'repeated int32 p = 1 [packed = true, deprecated = true];',
      { name: 'p', label: 3, type: 5, number: 1, options: { packed: true } },
    ],
    [
      'optional int32 j = 1 [json_name = "a\\x62\\143\\u0064"];',
      { name: 'j', label: 1, type: 5, number: 1, jsonName: 'abcd' },
    ],
    [
      'optional int32 o = 1 [(acme.o).a.(b) = { a: 1, b { c: [1, 2] }; d <e: -inf> [acme.x/y.z]: "1" "2" }];',
      { name: 'o', label: 1, type: 5, number: 1 },
    ],
  ])('has the field %s', (text, expected) => {
    expect(body(text).field).toEqual([expected]);
  });

  it.each([
    ['int32', '-0x80000000', '-2147483648'],
    ['int64', '-9223372036854775808', '-9223372036854775808'],
    ['uint64', '0xFFFFFFFFFFFFFFFF', '18446744073709551615'],
    ['double', '1', '1'],
    ['double', '-1.5e3', '-1500'],
    ['float', '.5f', '0.5'],
    ['double', '-inf', '-inf'],
    ['double', 'nan', 'nan'],
    ['bool', 'true', 'true'],
    ['string', '"a" \'b\\n\'', 'ab\n'],
    ['string', '"\\303\\274\\U0001f600"', '\u00fc\u{1f600}'],
    ['bytes', '"\\a\\b\\t\\n\\v\\f\\r\\?"', '\\007\\010\\t\\n\\013\\014\\r?'],
    ['bytes', '"\\xff\\0a\\"\u00fc\\n"', '\\377\\000a\\"\\303\\274\\n'],
    ['E', 'VALUE', 'VALUE'],
  ])('has a default of type %s that reads %s', (type, literal, expected) => {
    expect(body(`optional ${type} x = 1 [default = ${literal}];`).field![0]!.defaultValue).toBe(expected);
  });

  it('has maps, whose entries are messages', () => {
    const { field, nestedType } = body('map<string, Sub> sub_by__name = 3;', PROTO3);
    expect(field).toEqual([
      { name: 'sub_by__name', label: 3, type: 11, typeName: '.M.SubByNameEntry', number: 3 },
    ]);
    expect(nestedType).toEqual([
      {
        name: 'SubByNameEntry',
        field: [
          { name: 'key', number: 1, label: 1, type: 9 },
          { name: 'value', number: 2, label: 1, typeName: 'Sub' },
        ],
        options: { mapEntry: true },
      },
    ]);
  });

  it('has groups, which are a field and a message', () => {
    const { field, nestedType } = body('repeated group Item = 7 [json_name = "i"] { optional int32 a = 1; }');
    expect(field).toEqual([
      { name: 'item', label: 3, type: 10, typeName: '.M.Item', number: 7, jsonName: 'i' },
    ]);
    expect(nestedType).toEqual([
      expect.objectContaining({ name: 'Item', field: [{ name: 'a', label: 1, type: 5, number: 1 }] }),
    ]);
  });

  it("has oneofs, and proto3's optional fields have their own behind them", () => {
    const { field, oneofDecl } = body(
      'optional int32 a = 1; oneof o { int32 b = 2; string _a = 3; }',
      PROTO3,
    );
    expect(oneofDecl).toEqual([{ name: 'o' }, { name: 'X_a' }]);
    expect(field!.map(({ oneofIndex, proto3Optional }) => [oneofIndex, proto3Optional])).toEqual([
      [1, true],
      [0, undefined],
      [0, undefined],
    ]);
  });

  it('has extensions, in files and in messages', () => {
    const file = parse(
      'package a; extend B { optional int32 x = 5; } message M { extend .a.B { repeated C y = 6; } }',
    );
    expect(file.extension).toEqual([{ name: 'x', label: 1, type: 5, number: 5, extendee: 'B' }]);
    expect(file.messageType![0]!.extension).toEqual([
      { name: 'y', label: 3, typeName: 'C', number: 6, extendee: '.a.B' },
    ]);
  });

  it('has features at every level, in both spellings', () => {
    const file = parse(`${EDITION} option features.field_presence = IMPLICIT;
      option features = { utf8_validation: NONE [pb.cpp]: { a: 1 } };
      message M { option features.json_format = ALLOW; option features.message_encoding = DELIMITED;
        oneof o { option features.field_presence = EXPLICIT; int32 a = 1 [features.(pb.cpp).b = true]; }
        repeated int32 c = 2 [features = { repeated_field_encoding: EXPANDED }]; }
      enum E { option features.enum_type = CLOSED; A = 1 [features.(x).y = 1]; }`);
    expect(file.options).toEqual({ features: { fieldPresence: 2, utf8Validation: 3 } });
    const [message] = file.messageType!;
    expect(message!.options).toEqual({ features: { messageEncoding: 2 } });
    expect(message!.oneofDecl![0]!.options).toEqual({ features: { fieldPresence: 1 } });
    expect(message!.field!.map(({ options }) => options)).toEqual([
      undefined,
      { features: { repeatedFieldEncoding: 2 } },
    ]);
    expect(file.enumType![0]!.options).toEqual({ features: { enumType: 2 } });
  });

  it('is read over where it says nothing about messages', () => {
    const text = `edition = "2024"; import option "x.proto"; import weak "w.proto"; import public "p.proto";
      option (acme.file) = { a: "}" }; ;
      export message A { reserved 1, 5 to 10, 20 to max; reserved a, b; extensions 11 to 19 [verification = UNVERIFIED]; ; }
      local enum E { option allow_alias = true; Z = 0; Y = 0; reserved -5 to -1; reserved X; }
      service S { rpc Call(stream A) returns (A) { option (x) = "{"; } }`;
    const file = parse(text);
    expect(file).toMatchObject({ edition: 1001, dependency: ['w.proto', 'p.proto'], publicDependency: [1] });
    expect(file.messageType!.map(({ name }) => name)).toEqual(['A']);
    expect(file.enumType![0]!.value).toEqual([
      { name: 'Z', number: 0 },
      { name: 'Y', number: 0 },
    ]);
  });

  it('keeps the comments right above and right behind declarations', () => {
    const { locations } = parseProto(
      `// not this

       // A chat.
       // Two lines.
       message Chat { // behind
         /** Who
          * sent it. */
         optional int32 who = 1; // trailing
         // not this

         optional int32 what = 2;
       }`,
      'a.proto',
      'a.proto',
    );
    expect(locations).toEqual([
      { path: [4, 0], leadingComments: ' A chat.\n Two lines.', trailingComments: ' behind' },
      { path: [4, 0, 2, 0], leadingComments: '* Who\n sent it. ', trailingComments: ' trailing' },
    ]);
  });

  it('may have names that JavaScript objects have', () => {
    const { field } = body(
      'optional int32 __proto__ = 1; optional int32 constructor = 2; optional toString valueOf = 3;',
    );
    expect(field!.map(({ name }) => name)).toEqual(['__proto__', 'constructor', 'valueOf']);
    const [first] = parse('enum __proto__ { __proto__ = 0; toString = 1; }').enumType!;
    expect(first).toEqual({
      name: '__proto__',
      value: [
        { name: '__proto__', number: 0 },
        { name: 'toString', number: 1 },
      ],
    });
  });
});

describe('a .proto file that is none', () => {
  it.each([
    ['message', '1:8: expected the name of a message, found the end of the file'],
    ['message M {\n  optional int32 a = 1;', '1:11: a block that does not end'],
    ['message M { optional int32 a = 1 }', '1:34: expected ";", found "}"'],
    ['message M { optional int32 a; }', '1:29: expected "=", found ";"'],
    ['message M { int32 a = 1; }', '1:13: expected optional, required or repeated'],
    ['message M { optional int32 a = -1; }', '1:32: expected a field number, found "-"'],
    ['message M { optional int32 a = 1a; }', '1:32: a number and a name without a space between them'],
    ['message M { optional int32 a = 99999999999; }', '1:32: 99999999999 does not fit 32 bits'],
    [
      'message M { optional int32 a = 1 [default = "1"]; }',
      '1:45: this is no default of a field of type int32',
    ],
    ['message M { optional int32 a = 1 [packed = 1]; }', '1:44: packed is true or false'],
    ['message M { option map_entry = true; }', 'map_entry is not for schemas to set'],
    ['message M { oneof o { optional int32 a = 1; } }', '1:23: fields of a oneof have no label'],
    ['message M { optional group item = 1 {} }', "1:28: a group's name begins with a capital"],
    ['message M { optional string a = 1 [default = "\\q"]; }', '1:46: an escape that is none'],
    ['message M { optional string a = 1 [json_name = 1]; }', '1:48: json_name is a text'],
    ['message M { "a" }', '1:13: expected'],
    ['import "\\xff";', '1:8: a text that is not UTF-8'],
    ['message M { optional bool a = 1 [default = 1]; }', '1:44: this is no default of a field of type bool'],
    ['message M { optional bytes a = 1 [default = b]; }', 'this is no default of a field of type bytes'],
    ['message M { optional double a = 1 [default = big]; }', 'this is no default of a field of type double'],
    ['message M { optional float a = 1 [default = "1"]; }', 'this is no default of a field of type float'],
    ['message M { optional string a = 1 [default = a]; }', 'this is no default of a field of type string'],
    ['message M { optional E a = 1 [default = 1]; }', 'this is no default of a field of type E'],
    [`${PROTO3} message M { required int32 a = 1; }`, '1:32: proto3 has no required fields'],
    [`${PROTO3} message M { repeated group A = 1 {} }`, '1:41: groups are for proto2'],
    [
      `${EDITION} message M { optional int32 a = 1; }`,
      '1:31: editions have features.field_presence for optional',
    ],
    [`${EDITION} option features.enum_type = "OPEN";`, '1:47: enum_type is one of OPEN, CLOSED'],
    [`${EDITION} option features.constructor = A;`, 'there is no feature constructor'],
    [`${EDITION} option features.enum_type = toString;`, 'enum_type is one of OPEN, CLOSED'],
    [`${EDITION} option features = 1;`, 'features are a message'],
    ['syntax = "proto4";', '1:10: the syntax is "proto2" or "proto3"'],
    ['edition = "2022";', '1:11: the edition is one of 2023, 2024'],
    ['edition = "__proto__";', 'the edition is one of'],
    ['message A {} syntax = "proto3";', '1:14: expected message, enum'],
    ['package a; package b;', '1:12: a second package'],
    ['message A {} package b;', '1:14: a package behind a declaration'],
    ['import "a";\nimport "a";', '2:8: a second import of the same file'],
    ['/* a', '1:1: a comment that does not end'],
    ['option a = "b\n";', '1:12: a text that does not end on its line'],
    ['\u001b[31m', '1:1: "\\u001b" has no meaning here'],
    ['\n\n  \u202e', '3:3: "\\u202e" has no meaning here'],
    ['service S {', '1:11: a block that does not end'],
    ['enum E { A = ; }', '1:14: expected a number, found ";"'],
    ['enum E { A }', '1:12: expected "=", found "}"'],
  ])('names the place: %j', (text, message) => {
    expect(failure(text)).toContain(`a.proto:${/^\d/.test(message) ? message : ''}`);
    expect(failure(text)).toContain(message);
  });

  it.each([
    'message M { ',
    'message M { oneof o { ',
    'option a = { b ',
    'option a = [',
    'message M { optional group A = 1 { ',
  ])('is refused where it nests too deep: %s', (text) => {
    expect(failure(text.repeat(20_000))).toMatch(/nested deeper than 100|expected/);
  });

  it('gives an error that names a place, or is read, whatever is changed in it', () => {
    const text = `${PROTO3} package a.b; import "x"; option java = "j"; message M { map<int32, M> m = 1; oneof o { string s = 2
      [json_name = "t", (x).y = { z: [1, -2.5e3], w <> }]; } enum E { Z = 0x0; } reserved 5 to max, "q"; } extend M { .a.b.M e = 100; }`;
    const parts = text.split(/(\W)/);
    const change = fc.record({
      from: fc.nat(parts.length - 1),
      to: fc.nat(parts.length),
      drop: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const mutant = [...parts];
        for (const { from, to, drop } of changes) {
          if (drop) mutant.splice(from, 1);
          else mutant.splice(to, 0, mutant[from] ?? '');
        }
        expect(failure(mutant.join(''))).toMatch(/^(no error|a\.proto:\d+:\d+: .+)$/);
      }),
      { numRuns: 500 },
    );
  });
});
