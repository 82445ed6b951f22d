/** What an item of a stream says, in a line. */
import { frameName, parseFrame, ProtocolError, type Frame } from 'petrel';
import { describe } from 'petrel/conversation';
import type { Row } from 'petrel/inspect';
import type { Model } from './model.ts';
import type { ReportOptions } from './options.ts';

/** Most UTF-16 units of what a line says. */
const TEXT_UNITS = 300;

/** What a row's meaning begins with that a line need not say. */
const SORT = /^(?:(?:bulk|simple|verbatim) string|text(?: #\d+)?) (?=")/;

export interface Said {
  readonly kind: string;
  readonly id: string;
  readonly verb: string;
  readonly text: string;
  readonly error: boolean;
}

export function saidOf(
  frame: Frame,
  { limits, showSecrets }: Pick<ReportOptions, 'limits' | 'showSecrets'>,
): Said {
  const options = { maxLength: TEXT_UNITS, showSecrets };
  const kind = frameName(frame.kind);
  try {
    const body = parseFrame(frame, { limits, lossless: true });
    const id = 'id' in body ? String(body.id) : '';
    const verb = 'verb' in body ? body.verb : '';
    const text = describe({ body, fault: undefined, bytes: frame.payload }, options);
    return { kind, id, verb, text, error: false };
  } catch (fault) {
    if (!(fault instanceof ProtocolError)) throw fault;
    return {
      kind,
      id: '',
      verb: '',
      text: describe({ body: undefined, fault, bytes: frame.payload }, options),
      error: false,
    };
  }
}

/** What an item says that is no whole frame. */
export function saidByRows(rows: readonly Row[], subject: Model['subject']): Said {
  const fault = rows.find((row) => row.fault !== undefined)?.fault;
  const [head, ...others] = rows;
  const inner = others.filter(({ depth }) => depth === 1).slice(0, 20);
  const shown = subject === 'message' ? rows.slice(0, 20) : inner.length > 0 ? inner : [head!];
  const text = shown.map(
    ({ meaning, label }) => `${subject === 'message' ? `${label}: ` : ''}${meaning.replace(SORT, '')}`,
  );
  const isCommand = subject === 'resp' && head!.label === 'command' && inner[0]?.label === 'name';
  return {
    kind: kindOf(head!, subject),
    id: '',
    verb: isCommand ? text[0]!.replace(/^"(.*)"$/, '$1') : '',
    text:
      fault === undefined
        ? text.join(subject === 'message' ? ', ' : ' ').slice(0, TEXT_UNITS)
        : fault.message,
    error: head!.kind.endsWith(' error'),
  };
}

function kindOf({ label, kind }: Row, subject: Model['subject']): string {
  if (subject === 'message' || subject === 'value') return subject.toUpperCase();
  return kind === 'unread' || kind === 'hidden' ? 'UNREAD' : label.toUpperCase();
}
