import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileDescriptorSet, loadDescriptors } from 'petrel/descriptor';
import { decodeMessage, encodeMessage, type Field, type Registry } from 'petrel/message';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandError, Exit } from '../exit.ts';
import { loadSchema } from './schema.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'petrel-schema-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), content);
  }
}

/** What a load ends with, its paths relative to the folder; undefined for an error that is not the user's. */
function failure(name: string, includes: readonly string[] = []): string | undefined {
  try {
    loadSchema([at(name)], { includes });
  } catch (error) {
    const isUsage = error instanceof CommandError && error.exitCode === Exit.USAGE;
    return isUsage ? error.message.replaceAll(`${folder}/`, '') : undefined;
  }
  return 'no error';
}

describe('loadSchema', () => {
  it('finds imports in the included folders, then beside the file, then among those of protobuf', () => {
    write({
      'one/acme/chat.proto':
        'syntax = "proto3"; package acme; import "acme/user.proto"; import "google/protobuf/timestamp.proto"; message Chat { User from = 1; google.protobuf.Timestamp sent = 2; }',
      'two/acme/user.proto':
        'syntax = "proto3"; package acme; import "role.proto"; message User { Role role = 1; }',
      'two/acme/role.proto': 'syntax = "proto3"; package acme; enum Role { NONE = 0; }',
    });
    const { registry, files, roots } = loadSchema([at('one/acme/chat.proto')], {
      includes: [at('one'), at('two')],
    });
    expect(roots).toEqual(['acme/chat.proto']);
    expect(files.map(({ name }) => name)).toEqual([
      'acme/role.proto',
      'acme/user.proto',
      'google/protobuf/timestamp.proto',
      'acme/chat.proto',
    ]);
    expect(registry.messages.get('acme.Chat')!.fields['sent']!.type).toBe(
      registry.messages.get('google.protobuf.Timestamp'),
    );
  });

  it('takes one file for one, however it is spelled and linked', () => {
    write({
      'same/a.proto': 'import "b.proto"; import "c.proto"; message A { optional B b = 1; }',
      'same/b.proto': 'message B {}',
    });
    symlinkSync(at('same/b.proto'), at('same/c.proto'));
    const { files, roots } = loadSchema([at('same/a.proto'), at('same/../same/a.proto')], {
      includes: [at('same')],
    });
    expect(files.map(({ name }) => name)).toEqual(['b.proto', 'a.proto']);
    expect(roots).toEqual(['a.proto']);
  });

  it('lets importers of a file use what it imports publicly, and nothing else', () => {
    write({
      'pub/a.proto': 'import "b.proto"; message A { optional C c = 1; }',
      'pub/b.proto': 'import public "c.proto"; import "d.proto";',
      'pub/c.proto': 'message C {}',
      'pub/d.proto': 'message D {}',
      'pub/e.proto': 'import "b.proto";\nmessage E { optional D d = 1; }',
    });
    expect(loadSchema([at('pub/a.proto')]).registry.messages.has('A')).toBe(true);
    expect(failure('pub/e.proto')).toBe('pub/e.proto:2:22: D is declared in d.proto, which is not imported');
  });

  it('reads descriptor sets, alone and for the imports of a .proto file', () => {
    const file = [{ name: 'sub/b.proto', package: 'b', messageType: [{ name: 'B' }] }];
    write({
      'sets/b.binpb': encodeMessage(FileDescriptorSet, { file }),
      'sets/a.proto': 'import "sub/b.proto"; message A { optional b.B b = 1; }',
      'sets/other.binpb': encodeMessage(FileDescriptorSet, { file: [{ ...file[0], package: 'c' }] }),
    });
    expect(loadSchema([at('sets/b.binpb')]).roots).toEqual(['sub/b.proto']);
    const paths = [at('sets/b.binpb'), at('sets/b.binpb'), at('sets/a.proto')];
    expect([...loadSchema(paths).registry.messages.keys()]).toEqual(['b.B', 'A']);
    expect(() => loadSchema([at('sets/b.binpb'), at('sets/other.binpb')])).toThrow(
      'holds another "sub/b.proto"',
    );
  });

  it('takes a file with a byte order mark, and one that is empty', () => {
    write({ 'bom.proto': '\ufeffsyntax = "proto3"; message A {}', 'empty.proto': '' });
    expect(loadSchema([at('bom.proto')]).registry.messages.size).toBe(1);
    expect(loadSchema([at('empty.proto')]).files.map(({ name }) => name)).toEqual(['empty.proto']);
  });

  it('survives a chain of 2,000 imports', () => {
    const chain = Array.from({ length: 2000 }, (_, i) => [
      `chain/${i}.proto`,
      i < 1999 ? `import "${i + 1}.proto";` : '',
    ]);
    write(Object.fromEntries(chain) as Record<string, string>);
    expect(loadSchema([at('chain/0.proto')]).files.length).toBe(2000);
  });

  it.each<[string, Record<string, string | Uint8Array>, string]>([
    ['what is not there', {}, "can't read x/a.proto: there is no such file"],
    ['a folder', { 'x/a.proto/b': '' }, "can't read x/a.proto: it is a directory"],
    [
      'bytes that are no set',
      { 'x/a.proto': Uint8Array.of(10, 5, 1) },
      'x/a.proto: is no .proto file, and no descriptor set: TRUNCATED',
    ],
    [
      'text that is not UTF-8',
      { 'x/a.proto': Uint8Array.of(0x2f, 0x2f, 0xff) },
      'x/a.proto: is not UTF-8 text',
    ],
    [
      'an import that is not there',
      { 'x/a.proto': '\n  import "b.proto";' },
      'x/a.proto:2:10: there is no "b.proto"; --include names folders',
    ],
    [
      'an import that leaves the folders',
      { 'x/a.proto': 'import "../a.proto";' },
      'x/a.proto:1:8: there is no "../a.proto"',
    ],
    [
      'an import of protobuf that there is none of',
      { 'x/a.proto': 'import "google/protobuf/none.proto";' },
      'x/a.proto:1:8: there is no "google/protobuf/none.proto"',
    ],
    [
      'an import of the whole system',
      { 'x/a.proto': 'import "/etc/passwd";' },
      'x/a.proto:1:8: there is no "/etc/passwd"',
    ],
    [
      'files in a circle',
      {
        'x/a.proto': 'import "b.proto";',
        'x/b.proto': 'import "c.proto";',
        'x/c.proto': 'import "a.proto";',
      },
      'imports "a.proto", which imports it',
    ],
    [
      'a file that imports itself',
      { 'x/a.proto': 'import "a.proto";' },
      'x/a.proto:1:8: imports "a.proto", which imports it',
    ],
    [
      'a fault in an import',
      { 'x/a.proto': 'import "b.proto";', 'x/b.proto': 'massage' },
      'x/b.proto:1:1: expected message',
    ],
    [
      'a fault that only the whole shows',
      { 'x/a.proto': 'message A {\n  optional int32 a = 1;\n  optional int32 b = 1;\n}' },
      'x/a.proto:3:3: A.b has the number 1 of another field',
    ],
    [
      'one name in two files',
      { 'x/a.proto': 'import "b.proto";\nmessage A {}', 'x/b.proto': 'message A {}' },
      'x/a.proto:2:1: A is declared twice',
    ],
  ])('refuses %s', (_title, files, message) => {
    rmSync(at('x'), { recursive: true, force: true });
    write(files);
    expect(failure('x/a.proto', [at('x')])).toContain(message);
  });
});

describe('the name of a type', () => {
  const other = 'package a.b; message M { message N {} enum E { Z = 0; } } message N {}';

  it.each([
    ['M', '.a.b.M'],
    ['N', '.a.b.c.Outer.N'],
    ['b.N', '.a.b.N'],
    ['M.N', '.a.b.M.N'],
    ['a.b.M.E', '.a.b.M.E'],
    ['.a.b.M.E', '.a.b.M.E'],
    ['Outer.N', '.a.b.c.Outer.N'],
  ])('%s means %s', (name, full) => {
    const text = `package a.b.c; import "b.proto"; message Outer { message N {} optional ${name} x = 1; }`;
    write({ 'names/a.proto': text, 'names/b.proto': other });
    const { files } = loadSchema([at('names/a.proto')]);
    expect(files.at(-1)!.messageType![0]!.field![0]!.typeName).toBe(full);
  });

  it.each([
    ['message X { optional Y y = 1; }', '1:55: Y is not declared'],
    ['message X { optional b.Y y = 1; }', '1:55: b.Y is not declared: it means a.b.Y here'],
    ['message M {} message X { optional M.N n = 1; }', '1:68: M.N is not declared: it means a.b.c.M.N here'],
    ['message X { optional a.b y = 1; }', '1:55: a.b is not declared'],
    ['extend M.E { optional int32 x = 1; }', '1:47: M.E is an enum'],
    ['message X { map<M, int32> m = 1; }', 'is a map whose key is no integer, bool or string'],
  ])('that means none is refused: %s', (text, message) => {
    write({ 'names/a.proto': `package a.b.c; import "b.proto"; ${text}`, 'names/b.proto': other });
    expect(failure('names/a.proto')).toContain(`names/a.proto:${/^\d/.test(message) ? message : ''}`);
    expect(failure('names/a.proto')).toContain(message);
  });
});

describe("protobuf's own schemas, and those of its conformance suite", () => {
  const spec = fileURLToPath(new URL('../../../spec/protobuf/', import.meta.url));
  const set = decodeMessage(FileDescriptorSet, readFileSync(`${spec}schemas.binpb`));
  const names = set.file!.map(({ name }) => name!);
  const bundled = fileURLToPath(new URL('../../proto/', import.meta.url));
  const paths = names.map((name) => (/test_messages|conformance/.test(name) ? spec : bundled) + name);
  const schema = loadSchema(paths, { includes: [spec, bundled] });

  it.each(names)('are described as protoc describes them: %s', (name) => {
    const ours = schema.files.find((file) => file.name === name)!;
    const theirs = set.file!.find((file) => file.name === name)!;
    expect(plain(ours)).toEqual(plain(theirs));
  });

  it('become the same types', () => {
    expect(shapeOf(schema.registry)).toEqual(shapeOf(loadDescriptors(set)));
    expect(schema.registry.messages.size).toBeGreaterThan(100);
  });
});

type Plain = Readonly<Record<string, unknown>>;

/** A descriptor without what protoc writes and a default says as well, without unknown fields, and floats as numbers. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const from = value as Plain;
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(from)) {
    const inner = plain(from[key]);
    const isEmpty = typeof inner === 'object' && inner !== null && Object.keys(inner).length === 0;
    const isDefault = key === 'jsonName' && inner === camelCase(String(from['name']));
    if (inner === undefined || isEmpty || isDefault) continue;
    const isReal = key === 'defaultValue' && (from['type'] === 1 || from['type'] === 2);
    out[key] = isReal ? Number((inner as string).replace('inf', 'Infinity')) : inner;
  }
  return out;
}

function camelCase(name: string): string {
  return name.replace(/_+(.?)/g, (_, next: string) => next.toUpperCase());
}

/** What makes a registry's types, without the types' own functions. */
function shapeOf({ messages, enums, extensions }: Registry): Plain {
  const list: [string, unknown][] = [];
  for (const { name, fields, messageSet } of messages.values())
    list.push([name, [messageSet, Object.entries(fields).map(shapeOfField)]]);
  for (const { name, values, closed } of enums.values()) list.push([name, [closed, Object.entries(values)]]);
  for (const { name, extendee, field } of extensions.values())
    list.push([name, [extendee.name, shapeOfField(['', field])]]);
  return Object.fromEntries(list);
}

function shapeOfField([key, { type, ...rest }]: [string, Field]): unknown {
  return [key, typeof type === 'string' ? type : type.name, rest];
}
