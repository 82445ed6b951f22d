/** What a frame says, on one line that is safe to print. Secrets are hidden unless they are asked for. */
import { detailOf } from '../inspect/faults.ts';
import { CommandSecrets } from '../inspect/secrets.ts';
import type { FrameBody } from '../frame/all.ts';
import type { Close, Command, HelloAnswer, HelloOffer, Push, Resume } from '../frame/types.ts';
import { formatValue } from '../text/format.ts';
import type { Encodable } from '../value/types.ts';
import { errorOf, statusOf } from '../bridge/values.ts';
import type { Said } from './said.ts';

export interface DescribeOptions {
  /** Most UTF-16 code units; what is longer is cut and ends in an ellipsis. Default: 160. */
  readonly maxLength?: number;
  /** Credentials, session tokens, and passwords in commands as well. */
  readonly showSecrets?: boolean;
}

const HIDDEN = '(hidden)';
const MAX_LENGTH = 160;

/** The line: of a command its verb and arguments, of a reply its value, of a fault what it is. */
export function describe(
  { body, fault, bytes }: Pick<Said, 'body' | 'fault' | 'bytes'>,
  options: DescribeOptions = {},
): string {
  const { maxLength = MAX_LENGTH, showSecrets = false } = options;
  if (fault !== undefined) return `${fault.code} [${fault.rule}] ${detailOf(fault)}`.trimEnd();
  if (body === undefined) return `${bytes.length} bytes`;
  const text = say(body, showSecrets, maxLength);
  return text.length > maxLength ? `${text.slice(0, Math.max(0, maxLength - 1))}…` : text;
}

function say(body: FrameBody, showSecrets: boolean, maxLength: number): string {
  const value = (item: Encodable | undefined): string => formatValue(item, { maxLength });
  switch (body.kind) {
    case 'COMMAND':
    case 'PUSH':
      return call(body, showSecrets, maxLength);
    case 'REPLY':
    case 'PART':
      return answer(body.value, value);
    case 'CANCEL':
      return '';
    case 'HELLO':
      return hello(body, showSecrets);
    case 'RESUME':
      return resume(body, showSecrets);
    case 'ACK':
      return `received ${body.received}`;
    case 'PING':
    case 'PONG':
      return body.echo.length > 0 ? value(body.echo) : '';
    case 'CLOSE':
      return close(body);
    case 'PACK':
      return `${body.length} bytes in ${body.deflated.length}, dictionary ${body.dictionary}`;
    case 'EXTENSION':
      return `type ${body.type}, ${body.bytes.length} bytes`;
    default:
      return body satisfies never;
  }
}

function call({ verb, args }: Command | Push, showSecrets: boolean, maxLength: number): string {
  const secrets = new CommandSecrets();
  secrets.add(verb);
  let text = wordOf(verb);
  for (const arg of args) {
    const secret = secrets.next && !showSecrets;
    secrets.add(arg);
    if (text.length > maxLength) break;
    text += ` ${secret ? HIDDEN : formatValue(arg, { maxLength })}`;
  }
  return text;
}

/** A verb bare where it is a plain word. */
function wordOf(verb: string): string {
  return /^[\w.-]{1,64}$/.test(verb) ? verb : formatValue(verb);
}

function hello(body: HelloOffer | HelloAnswer, showSecrets: boolean): string {
  const { form, agent, capabilities = [] } = body;
  const secret = (value: Encodable | undefined): string => (showSecrets ? formatValue(value) : HIDDEN);
  const parts = [
    form === 'offer' ? `offer, versions ${body.versions.join('-')}` : `answer, version ${body.version}`,
    agent !== undefined && `agent ${formatValue(agent)}`,
    capabilities.length > 0 && `capabilities ${capabilities.map((name) => formatValue(name)).join(' ')}`,
    body.form === 'offer' && body.credentials !== undefined && `credentials ${secret(body.credentials)}`,
    body.form === 'answer' && body.token !== undefined && `token ${secret(body.token)}`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}

function resume({ form, token, attempt, received, next }: Resume, showSecrets: boolean): string {
  const name = showSecrets ? formatValue(token) : HIDDEN;
  return `${form}, token ${name}, attempt ${attempt}, received ${received}, next ${next}`;
}

function close({ scope, code, received, after, text }: Close): string {
  const wait = Number(after) > 0 ? `, come back after ${after} ms` : '';
  return `${scope}, code ${code}, received ${received}${wait}, ${formatValue(text)}`;
}

/** Redis's statuses and errors as Redis's own tools show them; anything else in the text form. */
function answer(value: Encodable, format: (value: Encodable) => string): string {
  const status = statusOf(value);
  if (status !== undefined) return wordOf(status);
  const error = errorOf(value);
  return error === undefined || error === '' ? format(value) : `error ${format(error)}`;
}

/** The text of the error that a reply is; undefined where it is none. */
export function errorIn(body: FrameBody | undefined): string | undefined {
  return body?.kind === 'REPLY' || body?.kind === 'PART' ? errorOf(body.value) : undefined;
}
