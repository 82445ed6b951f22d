/** Where the halves meet: an address with a scheme, or one of Redis's side. */
import { InvalidArgumentError } from 'commander';
import { parseAddress, type Address } from 'petrel/link/connect';
import { isAddress, withHost } from '../link/addresses.ts';
import { endpoint, spelled } from './endpoint.ts';

/** `tls://host`, or `[HOST:]PORT` for `tcp://`. @throws InvalidArgumentError */
export function linkAddress(text: string, lowest: 0 | 1): string {
  if (!isAddress(text)) return `tcp://${spelled(endpoint(text, lowest))}`;
  const address = withHost(text);
  const { scheme, port } = read(address);
  if (scheme.startsWith('http'))
    throw new InvalidArgumentError('A bridge needs a stream: tcp, tls, ws or wss.');
  if (port < lowest) throw new InvalidArgumentError('There is no port 0 to call.');
  return address;
}

function read(address: string): Address {
  try {
    return parseAddress(address);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
