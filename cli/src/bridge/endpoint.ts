/** Where to listen and whom to call: `[HOST:]PORT`. */
import { InvalidArgumentError } from 'commander';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';
const FORM = /^(?:(?<host>\[[\da-fA-F:.]+\]|[^:[\]]+):)?(?<port>\d{1,5})$/;

/** @param lowest port: 0 lets the system choose one. @throws InvalidArgumentError */
export function endpoint(text: string, lowest: 0 | 1): Endpoint {
  const { host = LOOPBACK, port } = FORM.exec(text)?.groups ?? {};
  if (port === undefined || Number(port) > 65_535 || Number(port) < lowest)
    throw new InvalidArgumentError(`It is [HOST:]PORT, with a port from ${lowest} to 65535.`);
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

export function spelled({ host, port }: Endpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
