/** What each kind's payload holds: its reader and its writer side by side. The handshake's are in hello.ts. */
import { fault } from '../wire/errors.ts';
import { utf8Length, writeUtf8 } from '../wire/text.ts';
import { readHello, readResume, writeHello, writeResume } from './hello.ts';
import { FrameKind, type FrameName } from './kinds.ts';
import type { PayloadReader } from './payload.ts';
import type {
  Ack,
  Cancel,
  Close,
  Command,
  Extension,
  FrameBody,
  Pack,
  Part,
  Ping,
  Push,
  Reply,
} from './types.ts';
import type { FrameWriter } from './writer.ts';

const ECHO_BYTES = 8;
const CLOSE_TEXT_BYTES = 1024;

interface Body<T extends FrameBody> {
  read(r: PayloadReader): T;
  write(w: FrameWriter, body: T): void;
}

/** A body whose kind is not known until it runs. */
interface AnyBody {
  read(r: PayloadReader): FrameBody;
  write(w: FrameWriter, body: never): void;
}

const command: Body<Command> = {
  read: (r) => ({ kind: 'COMMAND', id: r.requestId(), verb: r.verb(), args: r.args() }),
  write: (w, { id, verb, args }) => {
    w.requestId(id);
    w.verb(verb);
    w.values('args', args);
  },
};

const reply = <K extends 'REPLY' | 'PART'>(kind: K): Body<(Reply | Part) & { kind: K }> => ({
  read: (r) => ({ kind, id: r.requestId(), value: r.nextValue('value') }) as (Reply | Part) & { kind: K },
  write: (w, { id, value }) => {
    w.requestId(id);
    w.writeValue(value);
  },
});

const push: Body<Push> = {
  read: (r) => ({ kind: 'PUSH', verb: r.verb(), args: r.args() }),
  write: (w, { verb, args }) => {
    w.verb(verb);
    w.values('args', args);
  },
};

const cancel: Body<Cancel> = {
  read: (r) => ({ kind: 'CANCEL', id: r.requestId() }),
  write: (w, { id }) => w.requestId(id),
};

const ack: Body<Ack> = {
  read: (r) => ({ kind: 'ACK', received: r.uint64Of('received') }),
  write: (w, { received }) => w.uint64(received, 'received'),
};

const ping = <K extends 'PING' | 'PONG'>(kind: K): Body<Ping & { kind: K }> => ({
  read: (r) => {
    const start = r.pos;
    r.field = ['echo'];
    if (r.end - start > ECHO_BYTES) {
      throw fault(
        'ECHO_LENGTH',
        'FRAME-14',
        start,
        `${r.end - start} bytes to echo; at most ${ECHO_BYTES} are allowed`,
      );
    }
    return { kind, echo: r.rest('echo') };
  },
  write: (w, { echo }) => {
    if (echo.length > ECHO_BYTES)
      throw new RangeError(`a ${kind} echoes at most ${ECHO_BYTES} bytes, not ${echo.length}`);
    w.raw(echo);
  },
});

const close: Body<Close> = {
  read: (r) => {
    r.field = ['scope'];
    const start = r.pos;
    const scope = r.byte('the scope');
    if (scope > 1)
      throw fault('CLOSE_FORM', 'FRAME-15', start, `scope ${scope}; 0 is the link, 1 the session`);
    const received = r.uint64Of('received');
    const code = r.uint64Of('code');
    const after = r.uint64Of('after');
    r.field = ['text'];
    const length = r.end - r.pos;
    if (length > CLOSE_TEXT_BYTES) {
      throw fault(
        'CLOSE_FORM',
        'FRAME-15',
        r.pos,
        `a text of ${length} bytes; at most ${CLOSE_TEXT_BYTES} are allowed`,
      );
    }
    return {
      kind: 'CLOSE',
      scope: scope === 0 ? 'link' : 'session',
      received,
      code,
      after,
      text: r.restText('text'),
    };
  },
  write: (w, { scope, received, code, after, text }) => {
    const length = utf8Length(text);
    if (length > CLOSE_TEXT_BYTES)
      throw new RangeError(`a CLOSE's text takes at most ${CLOSE_TEXT_BYTES} bytes, not ${length}`);
    w.byte(scope === 'link' ? 0 : 1);
    w.uint64(received, 'received');
    w.uint64(code, 'code');
    w.uint64(after, 'after');
    w.ensure(length);
    writeUtf8(text, length, w.bytes, w.pos);
    w.pos += length;
  },
};

const pack: Body<Pack> = {
  read: (r) => {
    const dictionary = r.uint64Of('dictionary');
    r.field = ['length'];
    const start = r.pos;
    const length = r.length();
    const { maxPayload } = r.limits;
    if (length > maxPayload) {
      throw fault(
        'LIMIT_PAYLOAD',
        'LIMIT-1',
        start,
        `${length} bytes when inflated, the limit is ${maxPayload}`,
      );
    }
    return { kind: 'PACK', dictionary, length, deflated: r.rest('deflated') };
  },
  write: (w, { dictionary, length, deflated }) => {
    w.uint64(dictionary, 'dictionary');
    if (!Number.isInteger(length) || length < 0 || length > 0xffff_ffff)
      throw new RangeError(`length ${length} of a PACK`);
    w.varint(length);
    w.raw(deflated);
  },
};

const extension: Body<Extension> = {
  read: (r) => ({ kind: 'EXTENSION', type: r.uint64Of('type'), bytes: r.rest('bytes') }),
  write: (w, { type, bytes }) => {
    w.uint64(type, 'type');
    w.raw(bytes);
  },
};

/** Every kind's body, by name. */
export const BODIES: { readonly [N in FrameName]: AnyBody } = {
  COMMAND: command,
  REPLY: reply('REPLY'),
  PART: reply('PART'),
  PUSH: push,
  CANCEL: cancel,
  HELLO: { read: readHello, write: writeHello },
  RESUME: { read: readResume, write: writeResume },
  ACK: ack,
  PING: ping('PING'),
  PONG: ping('PONG'),
  CLOSE: close,
  PACK: pack,
  EXTENSION: extension,
};

const BY_KIND: readonly (FrameName | undefined)[] = /* @__PURE__ */ (() => {
  const names: (FrameName | undefined)[] = [];
  for (const [name, kind] of Object.entries(FrameKind)) names[kind] = name as FrameName;
  return names;
})();

/** The name of a kind that this version knows. */
export function knownKind(kind: number): FrameName | undefined {
  return BY_KIND[kind];
}
