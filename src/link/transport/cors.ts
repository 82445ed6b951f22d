/** Which pages of other origins may talk to a server of exchanges: browsers ask, and nobody else does. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** `https://chat.example`, as browsers spell origins; or all of them. */
export type Origins = readonly string[] | '*';

/** Seconds that a browser may remember what it may do; none takes more. */
const REMEMBER = '86400';

/** What an answer to a page of an origin that is allowed says; nothing else is said to others. */
export function originHeaders(
  { headers }: IncomingMessage,
  origins: Origins,
): Readonly<Record<string, string>> {
  const { origin } = headers;
  if (origins === '*') return { 'access-control-allow-origin': '*', ...EXPOSED };
  if (origins.length === 0) return {};
  const allowed = origin !== undefined && origins.includes(origin);
  // a cache in between must not give one page what was said to another
  return allowed ? { 'access-control-allow-origin': origin, vary: 'origin', ...EXPOSED } : { vary: 'origin' };
}

const EXPOSED = { 'access-control-expose-headers': 'retry-after' } as const;

/** Answers a browser that asks whether a page may POST. @returns false for what asks nothing of the kind, or may not. */
export function answerPreflight(
  request: IncomingMessage,
  response: ServerResponse,
  origins: Origins,
): boolean {
  const { method, headers } = request;
  if (method !== 'OPTIONS' || headers['access-control-request-method'] !== 'POST') return false;
  const allowed = originHeaders(request, origins);
  if (allowed['access-control-allow-origin'] === undefined) return false;
  response.writeHead(204, {
    ...allowed,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type, prefer',
    'access-control-max-age': REMEMBER,
  });
  response.end();
  return true;
}
