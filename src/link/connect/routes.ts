/** How each endpoint is opened, and what its name resolves to. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { endpointKey, type Endpoint } from '../policy/index.ts';
import { openHttp } from '../transport/http-client.ts';
import { openTcp } from '../transport/tcp.ts';
import { openTls, TlsTickets, type TlsEndpoint } from '../transport/tls.ts';
import type { Open } from '../transport/transport.ts';
import { openWebSocket, type WebSocketEndpoint } from '../transport/websocket.ts';
import { bracketed, DEFAULT_PATH, endpointOf, isScheme, isSecure, type Address } from './address.ts';

export interface RouteOptions {
  /** What is trusted, and a certificate of one's own, for TLS, HTTPS and secure WebSockets of `ws`. */
  readonly secure?: TlsEndpoint['secure'];
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

  /** @throws TypeError where one is of WebSocket and there is no `WebSocket`. */
  constructor(addresses: readonly Address[], options: RouteOptions) {
    this.options = options;
    this.addresses = addresses;
    for (const address of addresses) {
      if (address.scheme.startsWith('ws') && options.WebSocket === undefined)
        throw new TypeError(`${address.scheme}: needs the option WebSocket`);
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
    return isScheme(transport) && (!transport.startsWith('ws') || this.options.WebSocket !== undefined);
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

  /** How an endpoint is opened, also one that was never named here, as a server sends them. */
  open(endpoint: Endpoint): Open {
    const { options } = this;
    const { address: host, port, transport = 'tcp' } = endpoint;
    const known = this.byKey.get(endpointKey(endpoint));
    const name = known !== undefined && isIP(known.host) === 0 ? known.host : this.servername;
    const path = known?.path ?? DEFAULT_PATH;
    const servername = options.servername ?? (isIP(host) === 0 ? host : name);
    const named = servername === undefined ? {} : { servername };
    if (!isScheme(transport)) throw new TypeError(`nobody here speaks ${transport}`);
    switch (transport) {
      case 'tcp':
        return (handler, signal) => openTcp({ host, port }, handler, signal);
      case 'tls': {
        const { tickets } = this;
        const secure = options.secure === undefined ? {} : { secure: options.secure };
        return (handler, signal) => openTls({ host, port, tickets, ...named, ...secure }, handler, signal);
      }
      case 'ws':
      case 'wss': {
        const { WebSocket } = options as Required<RouteOptions>;
        const url = `${transport}://${bracketed(host)}:${port}${path}`;
        return (handler, signal) => openWebSocket({ url, WebSocket }, handler, signal);
      }
      case 'http':
      case 'https': {
        const url = `${transport}://${bracketed(host)}:${port}${path}`;
        const { wait = 5000, secure } = options;
        const headers = known === undefined || isIP(known.host) > 0 ? {} : { host: `${known.host}:${port}` };
        const tls = transport === 'https' ? { secure: { ...secure, ...named } } : {};
        return (handler, signal) => openHttp({ url, wait, headers, ...tls } as never, handler, signal);
      }
    }
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
