/** COMMAND, REPLY and PUSH as the lines of `petrel decode --json`, and back: only what JSON says exactly. */
import type { Carried, Carrier } from 'petrel/exchange';
import { stringify } from 'petrel/json';
import { Entries, type Encodable } from 'petrel/value';
import { CommandError, Exit, usage } from '../exit.ts';
import { parseJson } from '../json.ts';

const HIGHEST_ID = 2n ** 64n;

/** @throws CommandError for a value that JSON can't say, naming the frame and the path. */
export function carriedJson({ body, offset, length }: Carried): string {
  const fields =
    body.kind === 'REPLY'
      ? `"id":${body.id},"value":${exact(body.value, body, offset, 'value')}`
      : `${body.kind === 'COMMAND' ? `"id":${body.id},` : ''}"verb":${JSON.stringify(body.verb)},"args":[${body.args
          .map((arg, i) => exact(arg, body, offset, `args[${i}]`))
          .join(',')}]`;
  return `{"offset":${offset},"length":${length},"kind":"${body.kind}","fields":{${fields}}}\n`;
}

function exact(value: Encodable, { kind }: Carrier, offset: number, field: string): string {
  const refuse = (why: string): CommandError =>
    usage(`${kind}.${field} at byte ${offset} is not JSON's: ${why}`);
  if (standsForText(value)) throw refuse('petrel decode --json says other things so');
  try {
    return stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw refuse(error.message);
  }
}

/** Whether a value looks like what `petrel decode --json` writes where JSON can't say something. */
function standsForText(value: Encodable): boolean {
  return value instanceof Entries && value.keys.length === 1 && value.keys[0] === '$text';
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
  if (standsForText(value)) throw wrong(`${what} has {"$text": ...}: it was not JSON's`);
  return value;
}

function wrong(what: string): CommandError {
  return new CommandError(what, Exit.MALFORMED);
}
