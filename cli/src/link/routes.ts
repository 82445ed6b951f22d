/** Whom a command calls, and how: what its arguments and options come to. */
import { readFileSync } from 'node:fs';
import { parseAddress, type RouteOptions } from 'petrel/link/connect';
import { WebSocket } from 'ws';
import { complain, usage } from '../exit.ts';
import type { RouteFlags } from './flags.ts';

/** What the options say. @throws CommandError for a file that can't be read. */
export function routeOptions({ ca, servername, insecure }: RouteFlags): RouteOptions {
  if (insecure) complain('--insecure: nobody knows who answers');
  return {
    WebSocket,
    secure: {
      ...(ca !== undefined && { ca: readFile(ca) }),
      ...(insecure && { rejectUnauthorized: false }),
    },
    ...(servername !== undefined && { servername }),
  };
}

export function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usage(`can't read ${path}: ${code ?? message}`);
  }
}

/** @throws CommandError for what is no address of a server. */
export function demandAddress(word: string): void {
  try {
    parseAddress(word);
  } catch (error) {
    throw usage((error as Error).message);
  }
}
