/**
 * What each kind's payload holds. The kinds that open and feed a link are handed out as they are; who speaks them passes
 * their layouts: those of `handshake.ts` and `pack.ts`.
 */
import { fault, through } from '../wire/errors.ts';
import { demandWhole } from '../wire/limits.ts';
import { utf8Length } from '../wire/text.ts';
import type { Encodable } from '../value/types.ts';
import { either, field, positive, rest, ruled, uint64, type Layouts } from './field.ts';
import type { FrameName } from './kinds.ts';

const closeText = field(
  (r) => {
    const left = r.end - r.pos;
    if (left > 1024) throw fault('CLOSE_FORM', 'FRAME-15', r.pos);
    return r.utf8(left);
  },
  (w, text) => {
    const length = utf8Length(text);
    demandWhole('its length', length, 1024);
    w.utf8(text, length);
  },
);

const value = field<unknown>(
  (r) => r.nextValue('value'),
  (w, item) => w.writeValue(item as Encodable),
);

const args = field<readonly unknown[]>(
  (r) => {
    const items: unknown[] = [];
    while (r.pos < r.end) items.push(r.nextValue('args', items.length));
    return items;
  },
  (w, items) => {
    let i = 0;
    try {
      for (; i < items.length; i++) w.writeValue(items[i] as Encodable);
    } catch (error) {
      throw through(error, i);
    }
  },
);

const verb = field(
  (r) => r.verb(),
  (w, name) => w.verb(name),
);

const id = positive('ID_ZERO', 'FRAME-6');
const echo = ruled(
  'ECHO_LENGTH',
  'FRAME-14',
  'at most 8 bytes',
  (bytes: Uint8Array) => bytes.length < 9,
  rest,
);
const scope = either('CLOSE_FORM', 'FRAME-15', ['link', 'session']);

/** The payload of a kind that is read elsewhere. */
const unread = { payload: rest };

/** The payload of every kind, field by field. [FRAME-8] to [FRAME-18] */
export const LAYOUTS: Layouts<FrameName> = {
  COMMAND: { id, verb, args },
  REPLY: { id, value },
  PART: { id, value },
  PUSH: { verb, args },
  CANCEL: { id },
  HELLO: unread,
  RESUME: unread,
  ACK: { received: uint64 },
  PING: { echo },
  PONG: { echo },
  CLOSE: { scope, received: uint64, code: uint64, after: uint64, text: closeText },
  PACK: unread,
  EXTENSION: { type: uint64, bytes: rest },
};
