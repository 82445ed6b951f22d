/** A place to dial. */

/** An endpoint of a server. Two with the same `endpointKey` are one. */
export interface Endpoint {
  /** An IP address without brackets, or a host's name where the transport resolves it. */
  readonly address: string;
  /** 1 to 65,535. */
  readonly port: number;
  /** What is spoken there, where an app has several: `tcp`, `tls`, `ws`. Default `tcp`. */
  readonly transport?: string;
}

/** What is taken from a server at once, and how long a name may be: DNS has no longer ones. */
export const ENDPOINT_DEFAULTS = { listLength: 64, addressLength: 253 } as const;

/** The same text for the same endpoint: `tcp [2001:db8::1]:5223`. */
export function endpointKey({ address, port, transport = 'tcp' }: Endpoint): string {
  const host = address.includes(':') ? `[${address.toLowerCase()}]` : address.toLowerCase();
  return `${transport} ${host}:${port}`;
}

/** Of a literal address; undefined of a name. */
export function familyOf({ address }: Endpoint): 4 | 6 | undefined {
  if (address.includes(':')) return 6;
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(address) ? 4 : undefined;
}

/** What is likely to fail together: 24 bits of an IPv4 address, 48 of an IPv6 one as it is spelt, all of a name. */
export function networkOf(endpoint: Endpoint): string {
  const address = endpoint.address.toLowerCase();
  switch (familyOf(endpoint)) {
    case 4:
      return address.slice(0, address.lastIndexOf('.'));
    case 6:
      return address.split(':', 3).join(':');
    default:
      return address;
  }
}

/** Each endpoint once, where it comes first. */
export function distinct(endpoints: readonly Endpoint[]): Endpoint[] {
  const seen = new Set<string>();
  return endpoints.filter((each) => {
    const key = endpointKey(each);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/**
 * IPv6 and IPv4 in turns, each in its own order, names where they stood among IPv4.
 * @param first whose turn is first, where there are both.
 */
export function alternate(endpoints: readonly Endpoint[], first: 4 | 6): Endpoint[] {
  const six = endpoints.filter((each) => familyOf(each) === 6);
  const four = endpoints.filter((each) => familyOf(each) !== 6);
  const [ahead, behind] = first === 6 ? [six, four] : [four, six];
  return Array.from({ length: Math.max(six.length, four.length) }, (_, i) => [ahead[i], behind[i]])
    .flat()
    .filter((each) => each !== undefined);
}

/**
 * Endpoints that a server has sent: an array of objects with `address`, `port` and maybe `transport`, at most 64.
 * A list with one bad entry is no list: what was known before stays.
 * @throws RangeError naming what is wrong, without repeating its text.
 */
export function readEndpoints(value: unknown): Endpoint[] {
  if (!Array.isArray(value)) throw new RangeError('a list of endpoints must be an array');
  const { listLength } = ENDPOINT_DEFAULTS;
  if (value.length > listLength) throw new RangeError(`a list has at most ${listLength} endpoints`);
  return distinct(value.map((each: unknown, i) => readEndpoint(each, `endpoint ${i}`)));
}

function readEndpoint(value: unknown, name: string): Endpoint {
  if (typeof value !== 'object' || value === null) throw new RangeError(`${name} must be an object`);
  const { address, port, transport } = value as { readonly [field in keyof Endpoint]?: unknown };
  if (!isHost(address)) throw new RangeError(`${name}: address must be an IP address or a host's name`);
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535)
    throw new RangeError(`${name}: port must be 1 to 65535`);
  if (transport === undefined) return { address, port };
  if (typeof transport === 'string' && /^[a-z][a-z\d+.-]{0,15}$/.test(transport))
    return { address, port, transport };
  throw new RangeError(`${name}: transport must be a short name in lower case`);
}

/** Letters, digits, hyphens and dots, or an IPv6 address with its zone: nothing that a log or a shell would mind. */
function isHost(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= ENDPOINT_DEFAULTS.addressLength &&
    /^(?:[a-z\d_-]+(?:\.[a-z\d_-]+)*\.?|[a-f\d.]*:[a-f\d:.]*(?:%[\w.-]+)?)$/i.test(value)
  );
}
