/** Everything that has a name or number in the specification, and what to call it. */
import { valueKind } from 'petrel/value/kinds';
import { faultClass, type ErrorCode, type FaultClass } from 'petrel/wire';
import { near } from '../near.ts';
import { codes, protocolRules } from '../protocol.ts';

/** Something that can be explained. */
export interface Topic {
  /** What it is: `error code`, `frame kind`. */
  readonly sort: Sort;
  readonly name: string;
  /** Its number on the wire, where it has one. */
  readonly number?: number;
  /** What the registry says of it, in a line. */
  readonly text: string;
  /** The rules that describe it. */
  readonly rules: readonly string[];
}

export type Sort =
  | 'error code'
  | 'frame kind'
  | 'value kind'
  | 'tag'
  | 'verb'
  | 'close code'
  | 'HELLO key'
  | 'dictionary'
  | 'limit'
  | 'fixed bound'
  | 'rule';

/** Every topic, sort by sort. */
export function allTopics(): readonly Topic[] {
  return [
    ...codes.errorCodes.map(({ code, text, rules }): Topic => {
      const whose: FaultClass = faultClass(code as ErrorCode);
      return { sort: 'error code', name: code, text: `${text} (${whose})`, rules };
    }),
    ...codes.frameKinds.map(({ kind, name, counted, rule }): Topic => {
      const text = `first byte ${hex(kind << 4)}-${hex((kind << 4) | 15)}, ${counted ? 'counted' : 'uncounted'}`;
      return { sort: 'frame kind', name, number: kind, text, rules: [rule] };
    }),
    ...codes.valueKinds.map(({ name, first, rule }): Topic => {
      return { sort: 'value kind', name, text: `first byte ${first.replaceAll(',', ', ')}`, rules: [rule] };
    }),
    ...codes.tags.map(({ tag, name, content, rule }): Topic => {
      return { sort: 'tag', name, number: tag, text: `holds ${content}`, rules: ['VALUE-16', rule] };
    }),
    ...codes.verbs.map(({ verb, name }): Topic => {
      return { sort: 'verb', name, number: verb, text: `the verb ${hex(verb)}`, rules: ['FRAME-7'] };
    }),
    ...codes.closeCodes.map(({ code, name }): Topic => {
      return { sort: 'close code', name, number: code, text: 'why a CLOSE was sent', rules: ['FRAME-15'] };
    }),
    ...codes.helloKeys.map(({ key, name, in: form, value, ...more }): Topic => {
      const need = 'required' in more ? ', required' : '';
      const text = `${form === 'both' ? 'offer and answer' : form}${need}: ${value}`;
      return { sort: 'HELLO key', name, number: key, text, rules: ['HELLO-4'] };
    }),
    ...codes.dictionaries.map(({ id, name, bytes, rule }): Topic => {
      const text = `a preset dictionary of ${bytes} bytes for PACKs`;
      return { sort: 'dictionary', name, number: id, text, rules: ['FRAME-16', rule] };
    }),
    ...codes.limits.map(({ name, default: usual, beforeAuth, highest, unit, rule }): Topic => {
      const text = `${usual} ${unit} by default, ${beforeAuth} before authentication, ${highest} at most`;
      return { sort: 'limit', name, text, rules: [rule] };
    }),
    ...codes.fixed.map(({ name, value, rule }): Topic => {
      return { sort: 'fixed bound', name, text: String(value), rules: [rule] };
    }),
    ...[...protocolRules().values()].map(({ id, section }): Topic => {
      return { sort: 'rule', name: id, text: section, rules: [id] };
    }),
  ];
}

/**
 * The topics that a word may mean: a name in any case, a rule's number with or without brackets, a number on the wire, or a
 * first byte such as 0xF5.
 */
export function findTopics(word: string): readonly Topic[] {
  const wanted = word.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  const byte = /^0x([0-9a-f]{1,2})$/.exec(wanted);
  if (byte !== null) return ofFirstByte(Number.parseInt(byte[1]!, 16));
  const number = /^\d+$/.test(wanted) ? Number(wanted) : undefined;
  return allTopics().filter(
    (topic) => topic.name.toLowerCase() === wanted || (number !== undefined && topic.number === number),
  );
}

/** What a byte opens: a value of a kind, or a frame of one. */
function ofFirstByte(first: number): readonly Topic[] {
  const frame = first >> 4;
  const value = valueKind(first);
  return allTopics().filter(
    ({ sort, name, number }) =>
      (sort === 'value kind' && name === value) || (sort === 'frame kind' && number === frame),
  );
}

/** Names that are spelled much like a word, nearest first. */
export function nearNames(word: string): readonly string[] {
  const wanted = word.replace(/^\[(.*)\]$/, '$1');
  return near(
    wanted,
    allTopics().map(({ name }) => name),
  );
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
