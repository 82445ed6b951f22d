/** Where a server listens, as a URL says it: `tcp://`, `tls://`, `ws://`, `wss://`, `http://` or `https://`. */
import { isIP } from 'node:net';
import { quote } from '../../wire/index.ts';
import type { Endpoint } from '../policy/index.ts';

/** What is spoken there, in the order in which it is wanted: a long link that nothing stands in the way of is the best. */
export const SCHEMES = ['tcp', 'tls', 'ws', 'wss', 'http', 'https'] as const;

export type Scheme = (typeof SCHEMES)[number];

export interface Address {
  readonly scheme: Scheme;
  /** A name or an IP address, without brackets. */
  readonly host: string;
  /** 0 to 65,535. */
  readonly port: number;
  /** Of WebSocket and HTTP. */
  readonly path: string;
}

/** Networks block one tier after the other: an own port, all but TLS on 443, all but HTTP that may change, all but short requests. */
const TIERS: { readonly [scheme in Scheme]: number } = { tcp: 0, tls: 1, ws: 2, wss: 2, http: 3, https: 3 };

const USUAL_PORTS: { readonly [scheme in Scheme]: number | undefined } = {
  tcp: undefined,
  tls: 443,
  ws: 80,
  wss: 443,
  http: 80,
  https: 443,
};

/** The path of the short link, and of WebSocket, where a URL has none. */
export const DEFAULT_PATH = '/petrel';

/** Longest text of an address that is read. */
const LONGEST = 2048;

/**
 * Reads an address.
 * @throws TypeError for what is none: another scheme, no host, a port that is missing (of `tcp`) or out of its range, a user, a
 *   query, a fragment, or a path where the scheme has none.
 */
export function parseAddress(text: string): Address {
  const refuse = (why: string): TypeError =>
    new TypeError(`${quote(text.slice(0, 200))} is no address of a server: ${why}`);
  if (text.length > LONGEST) throw refuse('it is too long');
  const [, scheme, host, digits, path = ''] =
    /^([a-z]+):\/\/(\[[\da-f:.]+(?:%[\w.-]+)?\]|[a-z\d_.-]+)(?::(\d{1,5}))?(\/[!-~]*)?$/i.exec(text) ?? [];
  if (scheme === undefined || host === undefined)
    throw refuse('it must be scheme://host:port, or with a path');
  if (!isScheme(scheme)) throw refuse(`the scheme must be one of ${SCHEMES.join(', ')}`);
  const port = digits === undefined ? USUAL_PORTS[scheme] : Number(digits);
  if (port === undefined) throw refuse('it has no port');
  if (port > 65_535) throw refuse('a port is at most 65535');
  const bare = host.replace(/^\[|\]$/g, '');
  if (host.startsWith('[') && isIP(bare.split('%', 1)[0]!) !== 6) throw refuse('no IPv6 address');
  const hasPath = TIERS[scheme] >= TIERS.ws;
  if (!hasPath && path.length > 1) throw refuse(`${scheme} has no path`);
  if (/[?#]/.test(path)) throw refuse('a query or a fragment has no meaning here');
  return { scheme, host: bare, port, path: hasPath && path.length > 1 ? path : DEFAULT_PATH };
}

/** The address as a URL, with all that it left out. */
export function addressText({ scheme, host, port, path }: Address): string {
  return `${scheme}://${bracketed(host)}:${port}${TIERS[scheme] >= TIERS.ws ? path : ''}`;
}

export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

export function isScheme(text: string | undefined): text is Scheme {
  return (SCHEMES as readonly (string | undefined)[]).includes(text);
}

/** Whether what is spoken there hides it from those on the way. */
export function isSecure(scheme: Scheme): boolean {
  return scheme === 'tls' || scheme === 'wss' || scheme === 'https';
}

/** 0 to 3, the best first: TCP, TLS, WebSocket, HTTP. */
export function tierOf({ transport = 'tcp' }: Endpoint): number {
  return isScheme(transport) ? TIERS[transport] : Infinity;
}

/** How many tiers there are. */
export const TIER_COUNT = 4;

/** What a policy knows of an address. */
export function endpointOf({ scheme, host, port }: Address, address: string = host): Endpoint {
  return { address, port, transport: scheme };
}
