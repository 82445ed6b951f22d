/** How each endpoint is opened, and what its name resolves to. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { endpointKey, type Endpoint } from '../policy/index.ts';
import { openHttp } from '../transport/http-client.ts';
import { openTcp } from '../transport/tcp.ts';
import { openTls, TlsTickets } from '../transport/tls.ts';
import type { Open } from '../transport/transport.ts';
import { openWebSocket, type WebSocketEndpoint, type WebSocketLike } from '../transport/websocket.ts';
import { bracketed, DEFAULT_PATH, endpointOf, isScheme, isSecure, type Address } from './address.ts';

export interface RouteOptions {
  /** What is trusted, and a certificate of one's own, for TLS, HTTPS and secure WebSockets of `ws`. */
  readonly secure?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized'>;
  /** The name that certificates must have, also of endpoints that are addresses. Default: the first host that is a name. */
  readonly servername?: string;
  /** Needed for `ws:` and `wss:`: what `ws` exports, or the platform's own. */
  readonly WebSocket?: WebSocketEndpoint['WebSocket'];
  /** Milliseconds that the server may wait for news with its answer to an exchange. Default 5,000. */
  readonly wait?: number;
  /** Addresses of a name. Default: those of the system. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
}

/** Most addresses of one name. */
const MOST_ADDRESSES = 16;

export class Routes {
  private readonly options: RouteOptions;
  private readonly addresses: readonly Address[];
  private readonly byKey = new Map<string, Address>();
  private readonly tickets = new TlsTickets();
  private readonly servername: string | undefined;
  private readonly secureOnly: boolean;

  /**
   * @param secureOnly nothing is said where it can be read on the way.
   * @throws TypeError where one is of WebSocket and there is no `WebSocket`, or is not secure.
   */
  constructor(addresses: readonly Address[], options: RouteOptions, secureOnly = false) {
    this.options = options;
    this.addresses = addresses;
    this.secureOnly = secureOnly;
    for (const address of addresses) {
      const { scheme } = address;
      if (scheme.startsWith('ws') && options.WebSocket === undefined)
        throw new TypeError(`${scheme}: needs the option WebSocket`);
      if (secureOnly && !isSecure(scheme))
        throw new TypeError(`credentials need TLS: ${scheme}: would show them [HELLO-10]`);
      this.byKey.set(endpointKey(endpointOf(address)), address);
    }
    this.servername =
      options.servername ?? addresses.find(({ scheme, host }) => isSecure(scheme) && isIP(host) === 0)?.host;
  }

  /** Those that can be dialled as they are: addresses, and names that their transport resolves. */
  get literal(): Endpoint[] {
    return this.addresses.filter((address) => !isResolved(address)).map((address) => endpointOf(address));
  }

  /** Whether this client can speak what is spoken there. */
  canOpen({ transport = 'tcp' }: Endpoint): boolean {
    if (!isScheme(transport) || (this.secureOnly && !isSecure(transport))) return false;
    return !transport.startsWith('ws') || this.options.WebSocket !== undefined;
  }

  /** Resolves the names, each on its own: what one takes holds up no other. A name that does not resolve has no endpoints. */
  resolve(): Promise<Endpoint[]>[] {
    const { resolve = addressesOf } = this.options;
    const names = new Map<string, Promise<readonly string[]>>();
    return this.addresses.filter(isResolved).map(async (address) => {
      const found = names.get(address.host) ?? resolve(address.host).catch(() => []);
      names.set(address.host, found);
      return (await found).slice(0, MOST_ADDRESSES).map((text) => {
        const endpoint = endpointOf(address, text);
        this.byKey.set(endpointKey(endpoint), address);
        return endpoint;
      });
    });
  }

  /** How an endpoint is opened, also one that was never named here, as a server sends them. @throws TypeError for a transport that nobody here speaks. */
  open(endpoint: Endpoint): Open {
    const { address: host, port, transport = 'tcp' } = endpoint;
    if (!isScheme(transport)) throw new TypeError(`nobody here speaks ${transport}`);
    switch (transport) {
      case 'tcp':
        return (handler, signal) => openTcp({ host, port }, handler, signal);
      case 'tls':
        return this.openTls(endpoint);
      case 'ws':
      case 'wss':
        return this.openWebSocket(endpoint);
      default:
        return this.openHttp(endpoint);
    }
  }

  private openTls(endpoint: Endpoint): Open {
    const { address: host, port } = endpoint;
    const { secure } = this.options;
    const given = {
      host,
      port,
      tickets: this.tickets,
      ...this.named(endpoint),
      ...(secure !== undefined && { secure }),
    };
    return (handler, signal) => openTls(given, handler, signal);
  }

  /** The constructor of `ws` takes options behind the protocols; that of a browser takes no notice. */
  private openWebSocket(endpoint: Endpoint): Open {
    const { WebSocket: Given, secure } = this.options as Required<RouteOptions>;
    const url = this.url(endpoint);
    const tls = { ...secure, ...this.named(endpoint) };
    const Maker = Given as new (at: string, protocols: string[], more: object) => WebSocketLike;
    const WebSocket = function (at: string, protocols: string[]): WebSocketLike {
      return new Maker(at, protocols, url.startsWith('wss') ? tls : {});
    } as unknown as typeof Given;
    return (handler, signal) => openWebSocket({ url, WebSocket }, handler, signal);
  }

  /** The name is told where its address is dialled: several servers may share it. */
  private openHttp(endpoint: Endpoint): Open {
    const { wait = 5000, secure } = this.options;
    const known = this.known(endpoint);
    const headers =
      known === undefined || isIP(known.host) > 0 ? {} : { host: `${known.host}:${known.port}` };
    const given = { url: this.url(endpoint), wait, headers, secure: { ...secure, ...this.named(endpoint) } };
    return (handler, signal) => openHttp(given, handler, signal);
  }

  private known(endpoint: Endpoint): Address | undefined {
    return this.byKey.get(endpointKey(endpoint));
  }

  private url(endpoint: Endpoint): string {
    const { address, port, transport } = endpoint;
    return `${transport}://${bracketed(address)}:${port}${this.known(endpoint)?.path ?? DEFAULT_PATH}`;
  }

  /** Whose certificate it has to be. */
  private named(endpoint: Endpoint): { readonly servername?: string } {
    const host = this.known(endpoint)?.host ?? endpoint.address;
    const servername = this.options.servername ?? (isIP(host) === 0 ? host : this.servername);
    return servername === undefined ? {} : { servername };
  }
}

/** A name that is resolved here, so that its addresses can be ranked and raced; those of WebSocket are resolved by the platform. */
function isResolved({ scheme, host }: Address): boolean {
  return isIP(host) === 0 && !scheme.startsWith('ws');
}

async function addressesOf(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true, verbatim: true });
  return found.map(({ address }) => address);
}
