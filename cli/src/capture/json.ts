/** A conversation for programs: a JSON object a line. */
import { frameName } from 'petrel';
import type { Connection, Instant, Side } from 'petrel/capture';
import { describe, errorIn, roundTrip, type Asked, type Said, type TlsHello } from 'petrel/conversation';

/** Most UTF-16 units of what a frame says. */
const TEXT_UNITS = 1000;

type Json = Readonly<Record<string, unknown>>;

export function saidJson(said: Said, showSecrets: boolean): Json {
  const {
    from,
    protocol,
    time,
    packet,
    kind,
    body,
    fault,
    length,
    offset,
    number,
    packed,
    session,
    remarks,
  } = said;
  const error = errorIn(body);
  return {
    type: 'frame',
    ...placeOf(from),
    time: timeOf(time),
    packet,
    protocol,
    ...(session && { session: session.id }),
    kind: frameName(kind),
    ...(body !== undefined && 'id' in body && { id: Number(body.id) }),
    ...verbOf(said),
    offset,
    size: length,
    ...(packed && { packed }),
    ...(number !== undefined && { number }),
    ...(said.request && { seconds: roundTrip(said) }),
    text: describe(said, { maxLength: TEXT_UNITS, showSecrets }),
    ...(error !== undefined && { error }),
    ...(fault && {
      fault: { code: fault.code, rule: fault.rule, offset: fault.offset, detail: fault.detail },
    }),
    ...(remarks.length > 0 && { remarks }),
  };
}

function verbOf({ body, request }: Said): Json {
  const verb = body !== undefined && 'verb' in body ? body.verb : request?.verb;
  return verb === undefined ? {} : { verb };
}

export function connectionJson(
  { id, client, server, complete, began }: Connection,
  protocol: string,
  tls?: TlsHello,
  decrypted = false,
): Json {
  return {
    type: 'connection',
    connection: id,
    client: client.name,
    server: server.name,
    complete,
    began: timeOf(began),
    protocol,
    ...(tls && { tls }),
    ...(decrypted && { decrypted }),
  };
}

export function closedJson({ id, client, server, ending, last }: Connection): Json {
  return {
    type: 'closed',
    connection: id,
    how: ending,
    time: timeOf(last),
    client: sideJson(client),
    server: sideJson(server),
  };
}

function sideJson({ packets, payload, wire, stream: { counts } }: Side): Json {
  return { packets, payload, wire, ...counts };
}

export function lostJson(type: 'missing' | 'unread', from: Side, length: number, why?: Error): Json {
  return { type, ...placeOf(from), length, ...(why && { why: why.message }) };
}

export function unansweredJson({ id, verb, time, packet }: Asked, from: Side): Json {
  return { type: 'unanswered', ...placeOf(from), id: Number(id), verb, time: timeOf(time), packet };
}

function placeOf(from: Side): Json {
  const { connection } = from;
  return { connection: connection.id, direction: from === connection.client ? 'client' : 'server' };
}

/** As ISO 8601 with nanoseconds, in UTC; null where the capture has no times. */
function timeOf(time: Instant | undefined): string | null {
  if (time === undefined) return null;
  const { seconds, nanoseconds } = time;
  const date = new Date(seconds * 1000);
  // a damaged capture may have times that no calendar has
  if (Number.isNaN(date.getTime())) return null;
  return `${date.toISOString().slice(0, -5)}.${String(nanoseconds).padStart(9, '0')}Z`;
}
