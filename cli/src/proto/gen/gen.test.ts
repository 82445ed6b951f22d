/** Generated modules compile under every strict option, run, and hold nothing of a schema but literals and identifiers. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, parse } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DescriptorError, loadDescriptors, type FileDescriptorProto } from 'petrel/descriptor';
import {
  closedEnumeration,
  decodeMessage,
  encodeMessage,
  enumeration,
  extension,
  message,
  Registry,
  UNKNOWN,
  type MessageType,
} from 'petrel/message';
import { afterAll, describe, expect, it } from 'vitest';
import { generate, type Generated, type Schema } from './module.ts';
import { Names } from './names.ts';
import type { GenerateOptions } from './scope.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'petrel-gen-'));
afterAll(() => rmSync(folder, { recursive: true }));

const BOTH = [
  ['descriptions', { codec: false, runtime: 'petrel/message', ending: '.ts' }],
  ['codecs', { codec: true, runtime: 'petrel/message', ending: '.ts' }],
] as const satisfies readonly (readonly [string, GenerateOptions])[];

function save(name: string, files: readonly Generated[]): void {
  for (const { path, text } of files) {
    const full = join(folder, name, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
}

type Module = Record<string, unknown> & { readonly registry: Registry };
const load = (name: string, path: string): Promise<Module> =>
  import(pathToFileURL(join(folder, name, path)).href) as Promise<Module>;

/** A schema of three files: every kind of field, recursion, names that meet. */
const schema: Schema = schemaOf([
  {
    name: 'acme/chat.proto',
    package: 'acme',
    dependency: ['acme/kinds.proto', 'other.proto'],
    syntax: 'proto3',
    messageType: [
      {
        name: 'Chat',
        field: [
          { name: 'id', number: 1, type: 3, label: 1 },
          { name: 'kind', number: 2, type: 14, typeName: '.acme.Kind', label: 1 },
          { name: 'text', number: 3, type: 9, label: 1, oneofIndex: 0 },
          { name: 'photo', number: 4, type: 11, typeName: '.acme.Chat.Photo', label: 1, oneofIndex: 0 },
          { name: 'counts', number: 5, type: 11, typeName: '.acme.Chat.CountsEntry', label: 3 },
          { name: 'reply_to', number: 6, type: 11, typeName: '.acme.Chat', label: 1 },
          { name: 'other', number: 7, type: 11, typeName: '.other.Chat', label: 1 },
          { name: 'seen', number: 8, type: 4, label: 3, jsonName: 'wasSeen' },
          { name: 'maybe', number: 9, type: 8, label: 1, oneofIndex: 1, proto3Optional: true },
        ],
        oneofDecl: [{ name: 'content' }, { name: '_maybe' }],
        nestedType: [
          { name: 'Photo', field: [{ name: 'data', number: 1, type: 12, label: 1 }] },
          {
            name: 'CountsEntry',
            field: [
              { name: 'key', number: 1, type: 9, label: 1 },
              { name: 'value', number: 2, type: 5, label: 1 },
            ],
            options: { mapEntry: true },
          },
        ],
      },
      { name: 'Chat_Photo', field: [{ name: 'flat', number: 1, type: 8, label: 1 }] },
      {
        name: 'Map',
        field: [{ name: 'Uint8Array', number: 1, type: 11, typeName: '.acme.Uint8Array', label: 1 }],
      },
      { name: 'Uint8Array', field: [{ name: 'Map', number: 1, type: 11, typeName: '.acme.Map', label: 1 }] },
      { name: 'message', field: [{ name: 'from', number: 1, type: 12, label: 1 }] },
      { name: 'class', field: [{ name: 'class', number: 1, type: 13, label: 3 }] },
      { name: 'merge', field: [{ name: 'constructor', number: 1, type: 9, label: 1 }] },
    ],
  },
  {
    name: 'acme/kinds.proto',
    package: 'acme',
    syntax: 'proto3',
    enumType: [
      {
        name: 'Kind',
        value: [
          { name: 'NONE', number: 0 },
          { name: 'LOUD', number: -1 },
          { name: '__proto__', number: 7 },
        ],
      },
    ],
  },
  {
    name: 'other.proto',
    package: 'other',
    messageType: [
      {
        name: 'Chat',
        field: [
          { name: 'must', number: 1, type: 5, label: 2 },
          { name: 'kind', number: 2, type: 14, typeName: '.other.Kind', label: 1, defaultValue: 'B' },
          { name: 'text', number: 3, type: 9, label: 1, defaultValue: 'it\'s\n"${1}"' },
          { name: '__proto__', number: 4, type: 11, typeName: '.other.Chat', label: 3 },
        ],
      },
    ],
    enumType: [
      {
        name: 'Kind',
        value: [
          { name: 'A', number: 1 },
          { name: 'B', number: 2 },
        ],
      },
    ],
    extension: [
      { name: 'note', number: 100, type: 9, label: 1, extendee: '.other.Chat', defaultValue: 'none' },
      { name: 'more', number: 101, type: 14, typeName: '.other.Kind', label: 3, extendee: '.other.Chat' },
      { name: 'deep', number: 102, type: 11, typeName: '.other.Chat', label: 1, extendee: '.other.Chat' },
    ],
  },
]);

function schemaOf(files: FileDescriptorProto[]): Schema {
  return { files, registry: loadDescriptors({ file: files }) };
}

/** Uses what was generated, as a program would: it compiles only where the static types are right. */
const USE = `
import { decodeMessage, encodeMessage, getExtension } from 'petrel/message';
import { Chat, Chat_Photo, Chat_Photo_2, registry } from './acme/chat.pb.ts';
import { Kind, KindEnum } from './acme/kinds.pb.ts';
import { Chat as Other, Kind as OtherKind, more, note, deep } from './other.pb.ts';

const chat: Chat = decodeMessage(Chat, encodeMessage(Chat, { id: 2n ** 60n, kind: Kind.LOUD, text: 'hi', counts: { a: 1 } }));
export const id: number | bigint = chat.id;
export const maybe: boolean | undefined = chat.maybe;
export const photo: Chat_Photo = { data: new Uint8Array(1) };
export const flat: Chat_Photo_2 = { flat: true };
export const narrowed: string = chat.text !== undefined ? chat.text + String(chat.photo satisfies undefined) : 'no';
export const closed: 1 | 2 | undefined = decodeMessage(Other, encodeMessage(Other, { must: 1, kind: OtherKind.A })).kind;
export const values: Readonly<Record<string, number>> = KindEnum.values;
export const count: number = registry.messages.size + (chat.counts['a'] ?? 0);
export const noted: string | undefined = getExtension(decodeMessage(Other, new Uint8Array()), note);
export const kinds: readonly OtherKind[] = getExtension(decodeMessage(Other, new Uint8Array()), more);
export const inner: Other | undefined = getExtension(decodeMessage(Other, new Uint8Array()), deep);
// @ts-expect-error -- both members of a oneof
export const both: Chat = { ...chat, text: '', photo };
// @ts-expect-error -- a closed enum's number
export const unknown: OtherKind = 3;
`;

const CONFIG = {
  extends: join(root, 'tsconfig.json'),
  compilerOptions: {
    composite: false,
    declaration: true,
    rootDir: parse(root).root,
    outDir: 'built',
    noUnusedLocals: true,
    noUnusedParameters: true,
    skipLibCheck: true,
    paths: {
      'petrel/message': [join(root, 'src/message/index.ts')],
      'petrel/message/generated': [join(root, 'src/message/generated.ts')],
    },
  },
  include: ['*/**/*.ts'],
  references: [],
};

/** What the compiler says. */
function compile(compiler: string): string {
  try {
    return execFileSync(process.execPath, [join(root, 'node_modules', compiler), '-p', folder, '--noEmit'], {
      encoding: 'utf8',
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

/** What a name holds that wants out: each sets a global when it runs. */
const OUT = [
  `x'; globalThis.escaped = 1; '`,
  'x"; globalThis.escaped = 2; "',
  'x`${globalThis.escaped = 3}`',
  'x */ globalThis.escaped = 4; /*',
  'x\nglobalThis.escaped = 5\n//',
  'x\u2028globalThis.escaped = 6\u2029//',
  'x\\',
  "x\\'; globalThis.escaped = 7; //",
  '}); globalThis.escaped = 8; ({',
  '[globalThis.escaped = 9]',
  '__proto__',
  'constructor',
  'ünï\u202ecode',
  '\ud800',
  '',
];

/** Types that no loader lets through: their names hold code wherever a name can stand. */
function hostile(): Schema {
  const registry = new Registry();
  const files: FileDescriptorProto[] = [];
  for (const [i, name] of OUT.entries()) {
    const kind = closedEnumeration(
      `k${i}.${name}`,
      Object.fromEntries([
        [name, 1],
        [`${name}2`, 2],
      ]),
    );
    const open = enumeration(
      `o${i}.${name}`,
      Object.fromEntries([
        ['a', 0],
        [name, 2],
      ]),
    );
    const inner: MessageType = message(`i${i}.${name}`, { a: { no: 1, type: 'int32', required: true } });
    const all = [
      { no: 1, type: 'string', default: name, json: name, name, oneof: name },
      { no: 2, type: kind, repeated: true },
      { no: 3, key: 'string', type: inner },
      { no: 4, type: 'bytes', oneof: name },
      { no: 5, key: 'string', type: kind },
      { no: 6, type: 'int32', required: true },
      { no: 7, type: open },
    ] as const;
    const fields = Object.fromEntries(all.map((field, j) => [j === 0 ? name : `${name}${j}`, field]));
    const outer = message(`m${i}.${name}`, fields) as MessageType;
    registry.add(
      kind,
      open,
      inner,
      outer,
      extension(`e${i}.${name}`, outer, { no: 9, type: 'string', default: name }),
    );
    const part = { enumType: [{ name }], messageType: [{ name }] };
    const path = `../${name}/${i}.proto`;
    files.push(
      { ...part, name: path, package: `m${i}`, messageType: [{ name }], enumType: [], ...commented(name) },
      { name: `${path}k`, package: `k${i}`, enumType: [{ name }] },
      { name: `${path}o`, package: `o${i}`, enumType: [{ name }] },
      { name: `${path}i`, package: `i${i}`, messageType: [{ name }] },
      { name: `${path}e`, package: `e${i}`, extension: [{ name }] },
    );
  }
  return { files, registry };
}

/** A file's comments on its first message and that one's first field. */
function commented(text: string): object {
  const location = message('Location', {
    path: { no: 1, type: 'int32', repeated: true },
    leadingComments: { no: 3, type: 'string' },
  });
  const info = message('Info', { location: { no: 1, type: location, repeated: true } });
  const file = message('File', { sourceCodeInfo: { no: 9, type: info } });
  const leadingComments = `${text.replace(/[\ud800]/g, '')} @ts-ignore @__PURE__ */`;
  return {
    [UNKNOWN]: [encodeMessage(file, { sourceCodeInfo: { location: [{ path: [4, 0], leadingComments }] } })],
  };
}

describe('generated modules', () => {
  it('compile under every strict option of TypeScript 6 and 7, and so does what uses them', () => {
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    for (const [name, options] of BOTH) {
      const files = generate(schema, ['acme/chat.proto'], options);
      expect(files.map(({ path }) => path).toSorted()).toEqual([
        'acme/chat.pb.ts',
        'acme/kinds.pb.ts',
        'other.pb.ts',
      ]);
      save(name, [...files, { path: 'use.ts', text: USE }]);
      save(`${name}-single`, generate(schema, ['acme/chat.proto'], options, 'all'));
      save(
        `${name}-hostile`,
        generate(
          hostile(),
          hostile().files.map((file) => file.name!),
          options,
          'all',
        ),
      );
    }
    expect(compile('typescript/bin/tsc6')).toBe('');
    expect(compile('@typescript/native/bin/tsc')).toBe('');
  });

  it.each(BOTH)('hold nothing of a schema but literals and identifiers: %s', async (name, options) => {
    const { files, registry } = hostile();
    const written = generate(
      { files, registry },
      files.map((file) => file.name!),
      options,
    );
    save(`${name}-split`, written);
    for (const { path, text } of written) {
      expect(path).toMatch(/^([\w.+-]+\/)*[\w.+-]+\.pb\.ts$/);
      expect(path).not.toMatch(/(^|\/)\.+\//);
      expect(text).toMatch(/^(\n|[^\p{C}\p{Zl}\p{Zp}])*$/u);
    }
    const single = await load(`${name}-hostile`, 'all.ts');
    for (const [full, type] of registry.messages) {
      const there = single.registry.messages.get(full)!;
      expect(Object.keys(there.fields)).toEqual(Object.keys(type.fields));
      const bytes = Uint8Array.of(0x0a, 1, 0x78, 0x10, 1, 0x10, 3, 0x1a, 0, 0x2a, 3, 0x0a, 1, 0x61, 0x30, 5);
      const seen = [type, there].map((each) => {
        try {
          return encodeMessage(each, decodeMessage(each, bytes));
        } catch (error) {
          return String(error);
        }
      });
      expect(seen[1]).toEqual(seen[0]);
    }
    expect([...single.registry.enums.values()]).toEqual([...registry.enums.values()]);
    expect(globalThis).not.toHaveProperty('escaped');
  });

  it.each(BOTH)('import each other, under other names where theirs meet: %s', async (name) => {
    const chat = await load(name, 'acme/chat.pb.ts');
    const other = await load(name, 'other.pb.ts');
    const type = chat['Chat'] as MessageType<Record<string, unknown>>;
    expect(type.fields['other']!.type).toBe(other['Chat']);
    expect(type.fields['replyTo']!.type).toBe(type);
    const bytes = encodeMessage(type, {
      other: { must: 1, Proto: [{ must: 2 }] },
      seen: [1, 2 ** 40],
    });
    const back = decodeMessage(type, bytes) as { other: object };
    expect(Object.keys(back.other)).toEqual(['must', 'Proto']);
    expect(Object.getPrototypeOf(Object.getPrototypeOf(back.other))).toBe(Object.prototype);
    const kinds = await load(name, 'acme/kinds.pb.ts');
    expect(Object.entries(kinds['Kind'] as object)).toEqual([
      ['NONE', 0],
      ['LOUD', -1],
      ['__proto__', 7],
    ]);
  });

  it('refuse what a loader refuses before they are asked', () => {
    for (const name of OUT.filter((each) => !/^\w+$/.test(each)))
      expect(() => schemaOf([{ name: 'a.proto', messageType: [{ name }] }])).toThrow(DescriptorError);
  });

  it('take chains and circles of 10,000 messages, and as many names that meet', () => {
    const messageType = Array.from({ length: 10_000 }, (_, i) => ({
      name: `M${i}`,
      field: [{ name: 'next', number: 1, type: 11, label: 1, typeName: `.M${(i + 1) % 10_000}` }],
    }));
    const [chain] = generate(
      schemaOf([{ name: 'a.proto', syntax: 'proto3', messageType }]),
      ['a.proto'],
      BOTH[0][1],
    );
    expect(chain!.text.match(/\bget next\(\)/g)?.length).toBe(1);
    const names = new Names();
    expect(
      new Set(Array.from({ length: 10_000 }, (_, i) => names.claim(i % 2 === 0 ? 'a.b' : 'a$2eb'))).size,
    ).toBe(10_000);
  });
});
