/** COMMAND, REPLY and PUSH as the lines of `petrel decode --json`, and back. */
import type { Carried, Carrier } from 'petrel/exchange';
import { Entries, type Encodable } from 'petrel/value';
import { exactJson, fromExactJson } from '../exact-json.ts';
import { CommandError, Exit } from '../exit.ts';
import { parseJson } from '../json.ts';

const HIGHEST_ID = 2n ** 64n;

/** The line of a frame. @throws CommandError LIMIT where marks nest it beyond 1,000 levels of JSON. */
export function carriedJson({ body, offset, length }: Carried): string {
  const { kind } = body;
  const fields =
    kind === 'REPLY'
      ? `"id":${body.id},"value":${exactJson(body.value)}`
      : `${kind === 'COMMAND' ? `"id":${body.id},` : ''}"verb":${JSON.stringify(body.verb)},"args":${exactJson(body.args)}`;
  return `{"offset":${offset},"length":${length},"kind":"${kind}","fields":{${fields}}}\n`;
}

/** The frame that a line says. @throws CommandError naming what is wrong; JsonError where it is no JSON. */
export function carrierFrom(line: string): Carrier {
  const top = membersOf(parseJson(line), 'the line');
  const fields = membersOf(top.get('fields'), '"fields"');
  const kind = top.get('kind');
  switch (kind) {
    case 'COMMAND':
      return { kind, id: idOf(fields), verb: verbOf(fields), args: argsOf(fields) };
    case 'REPLY':
      return { kind, id: idOf(fields), value: said(fields.get('value'), '"value"') };
    case 'PUSH':
      return { kind, verb: verbOf(fields), args: argsOf(fields) };
    default:
      throw wrong('"kind" is COMMAND, REPLY or PUSH');
  }
}

type Members = ReadonlyMap<Encodable, Encodable>;

function membersOf(value: Encodable | undefined, what: string): Members {
  if (!(value instanceof Entries)) throw wrong(`${what} is an object`);
  return new Map(value);
}

function idOf(fields: Members): number | bigint {
  const id = fields.get('id');
  if (typeof id === 'number' && Number.isInteger(id) && id > 0) return id;
  if (typeof id === 'bigint' && id > 0n && id < HIGHEST_ID) return id;
  throw wrong('"id" is an integer from 1 to 2^64 - 1');
}

function verbOf(fields: Members): string {
  const verb = fields.get('verb');
  if (typeof verb !== 'string' || verb === '' || Buffer.byteLength(verb) > 64)
    throw wrong('"verb" is a text of 1 to 64 bytes');
  return verb;
}

function argsOf(fields: Members): readonly Encodable[] {
  const args = fields.get('args');
  if (!Array.isArray(args)) throw wrong('"args" is an array');
  return (args as readonly Encodable[]).map((arg, i) => said(arg, `argument ${i}`));
}

function said(value: Encodable | undefined, what: string): Encodable {
  if (value === undefined) throw wrong(`${what} is missing`);
  return fromExactJson(value);
}

function wrong(what: string): CommandError {
  return new CommandError(what, Exit.MALFORMED);
}
