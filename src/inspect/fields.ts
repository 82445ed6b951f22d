/** What the fields of frames are called and what they say. */
import { verbNumber } from '../frame/verbs.ts';
import { HELLO_FIELDS } from '../frame/hello.ts';
import type { FrameName } from '../frame/kinds.ts';
import type { Value } from '../value/types.ts';
import { counted, shown } from './meaning.ts';
import { CLOSE_CODES, FRAME_RULES } from './names.ts';
import type { FieldNames } from './values.ts';

/** EXTENSION types of this form are grease from 2^31 on: sent to keep receivers tolerant. [FRAME-18] */
const GREASE = { lowest: 2 ** 31, step: 31n, remainder: 27n };

/** The label of a field. */
export function fieldLabel(field: string): string {
  return field === 'id' ? 'request id' : field;
}

/** The rule that describes a field. */
export function fieldRule(frame: FrameName, field: string): string {
  if (field === 'id') return 'FRAME-6';
  if (field === 'verb') return 'FRAME-7';
  if (field === 'form') return 'HELLO-2';
  return FRAME_RULES[frame];
}

/** The registered ids. [REGISTRY-7] */
const DICTIONARIES = ['0: none', '1: chat'];

/** What a field says that is not made of values. */
export function fieldMeaning(field: string, value: unknown, textUnits: number): string {
  switch (field) {
    case 'verb':
      return verbMeaning(value as string);
    case 'text':
      return shown(value as string, textUnits);
    case 'code':
      return `${String(value)}, ${CLOSE_CODES[Number(value)] ?? 'not registered'}`;
    case 'after':
      return value === 0 ? '0: come back at will' : `come back after ${String(value)} ms`;
    case 'dictionary':
      return DICTIONARIES[Number(value)] ?? String(value);
    case 'length':
      return `${counted(value as number, 'byte')} when inflated`;
    case 'type':
      return isGrease(value as number | bigint) ? `${String(value)}, grease` : String(value);
    case 'received':
      return `${String(value)} counted ${value === 1 ? 'frame' : 'frames'} taken`;
    case 'next':
      return `${String(value)}: the number of the counted frame that follows`;
    default:
      return value instanceof Uint8Array ? counted(value.length, 'byte') : String(value);
  }
}

function verbMeaning(name: string): string {
  const number = verbNumber(name);
  return number === undefined ? shown(name, 64) : `${name} (verb ${number})`;
}

function isGrease(type: number | bigint): boolean {
  return type >= GREASE.lowest && BigInt(type) % GREASE.step === GREASE.remainder;
}

/** The fields of a HELLO. Credentials, and the token that resumes a session, are secrets. [HELLO-10] */
export function helloNames(showSecrets: boolean): FieldNames {
  const secret = (key: Value): boolean => {
    const field = helloName(key);
    return !showSecrets && (field === 'credentials' || field === 'token');
  };
  return { name: helloName, secret };
}

function helloName(key: Value): string | undefined {
  return typeof key === 'number' ? HELLO_FIELDS[key]?.[0] : undefined;
}
