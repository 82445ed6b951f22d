/** JSON documents as replies of RESP3. */
import { encodeResp } from 'petrel/resp';
import { Decimal, Entries, type Encodable } from 'petrel/value';
import { formatPath, type PathStep } from 'petrel/wire';
import { CommandError, Exit } from './exit.ts';

/**
 * The RESP3 reply that a JSON document is: strings as bulk strings, integers as integers or big numbers, floats as doubles,
 * objects as maps.
 * @throws CommandError UNSUPPORTED, naming the path, for a decimal that no double is: readers would round it; LIMIT for
 *   nesting beyond `maxDepth`.
 */
export function respFromJson(value: Encodable, maxDepth: number): Uint8Array {
  check(value, maxDepth, []);
  return encodeResp(value);
}

function check(value: Encodable, levels: number, path: PathStep[]): void {
  if (value instanceof Decimal) {
    const where = path.length === 0 ? '' : ` at ${formatPath(path)}`;
    const number = `${value.coefficient}e${value.exponent}`.slice(0, 40);
    throw new CommandError(`RESP3 has no decimals: the number${where} (${number}) is no double`, Exit.UNSUPPORTED);
  }
  if (!(Array.isArray(value) || value instanceof Entries)) return;
  if (levels === 0) throw new CommandError(`nested deeper than ${path.length} levels`, Exit.LIMIT);
  for (const [step, child] of (value instanceof Entries ? value : value.entries()) as Iterable<[PathStep, Encodable]>) {
    path.push(step);
    check(child, levels - 1, path);
    path.pop();
  }
} // prettier-ignore
