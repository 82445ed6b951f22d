/** Where servers are: two sites, a near one and a far one, five addresses, with IPv6 and without. */
import type { Endpoint } from '../../src/link/policy/index.ts';

const PORT = 5223;
const at = (address: string, port = PORT): Endpoint => ({ address, port });

export const NEAR: readonly Endpoint[] = [at('2001:db8:a::1'), at('192.0.2.1'), at('192.0.2.2')];
const FAR: readonly Endpoint[] = [at('2001:db8:b::1'), at('198.51.100.1')];
export const BOTH: readonly Endpoint[] = [...NEAR, ...FAR];

/** Five addresses of one site, all IPv4. */
export const FIVE: readonly Endpoint[] = [1, 2, 3, 4, 5].map((n) => at(`192.0.2.${n}`));

/** Three addresses, each with the port of its own, that of the web, and that of TLS. */
export const PORTS: readonly Endpoint[] = [PORT, 80, 443].flatMap((port) =>
  [1, 2, 3].map((n) => at(`192.0.2.${n}`, port)),
);

const NEAR_RTT = 15;
const FAR_RTT = 90;
const far = new Set(FAR.map(({ address }) => address));

export function distance({ address }: Endpoint): number {
  return far.has(address) ? FAR_RTT : NEAR_RTT;
}
