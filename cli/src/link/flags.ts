/** Whom a command trusts: the options of `connect` and `probe`. */
import type { Command } from 'commander';

export interface RouteFlags {
  readonly ca?: string;
  readonly servername?: string;
  readonly insecure?: true;
}

/** Adds `--ca`, `--servername` and `--insecure`. */
export function withRoutes(command: Command): Command {
  return command
    .option('--ca <file>', 'trust the certificates in this file, and no others')
    .option('--servername <name>', 'the name that certificates must have, where it is not that of the host')
    .option('--insecure', 'believe any certificate: whoever stands on the way can read and change all');
}
