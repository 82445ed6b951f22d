/** Decoded frames and values as lines of JSON. */
import { frameName, type Encodable, type FrameBody, type ProtocolError } from 'petrel';
import { stringify } from 'petrel/json';
import type { TextLine } from 'petrel/text';
import { formatPath } from 'petrel/wire';
import { exactJson } from './exact-json.ts';
import { usage } from './exit.ts';

/** A frame: offset, length, kind, and its fields; text and error where it is at fault. `more`: further members. */
export function frameJson({ offset, length, kind, body, text, fault }: TextLine, more = ''): string {
  const name = kind === undefined ? 'null' : JSON.stringify(frameName(kind));
  const place = `"offset":${offset},"length":${length},"kind":${name}`;
  const content = body === undefined ? `"text":${JSON.stringify(text)}` : `"fields":${fieldsJson(body)}`;
  return `{${place},${content}${more}${fault === undefined ? '' : `,"error":${faultJson(fault)}`}}\n`;
}

/** A value, exactly. @throws CommandError for what JSON can't say, naming the path. */
export function valueJson({ offset, length, value, text, fault }: TextLine): string {
  if (value === undefined) {
    const error = fault === undefined ? '' : `,"error":${faultJson(fault)}`;
    return `{"offset":${offset},"length":${length},"text":${JSON.stringify(text)}${error}}\n`;
  }
  try {
    return `${stringify(value)}\n`;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw usage(`the value at byte ${offset} is not JSON's: ${error.message}; the text form can say it`);
  }
}

export function faultJson(fault: ProtocolError): string {
  const { code, rule, offset, detail } = fault;
  return JSON.stringify({ code, class: fault.class, rule, offset, path: formatPath(fault.path), detail });
}

/** The fields of a frame by name: values as `exactJson`, bytes as hex. */
function fieldsJson(body: FrameBody): string {
  const fields = Object.entries(body).filter(([name]) => name !== 'kind') as [string, Encodable][];
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${fieldJson(name, field)}`).join(',')}}`;
}

function fieldJson(name: string, field: Encodable): string {
  if (field instanceof Uint8Array && name !== 'value')
    return JSON.stringify(Buffer.from(field).toString('hex'));
  return exactJson(field);
}
