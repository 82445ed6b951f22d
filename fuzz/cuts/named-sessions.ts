/** What every subject has of Petrel: a server that finds by its credentials whose session it is, and which events should not be. */
import { SessionServer, type SessionDriver } from '../../src/link/index.ts';
import {
  CloseCode,
  type ServerSession,
  type SessionEvent,
  type SessionOptions,
} from '../../src/session/index.ts';

/** Who has sessions on the server. */
export interface Named {
  /** The server has a session for it. @returns who is told of all that happens in that. */
  takes(driver: SessionDriver<ServerSession>): (event: SessionEvent) => void;
}

/** A server for those in the map: a client says by its credentials which it is. */
export function servingNamed(options: SessionOptions & { readonly keepFor: number }, named: ReadonlyMap<string, Named>): SessionServer {
  return new SessionServer(options, ({ credentials }) => {
    const who = named.get(credentials as string);
    if (who === undefined) return { code: CloseCode.AUTH };
    let on: ((event: SessionEvent) => void) | undefined;
    return (event, driver) => (on ??= who.takes(driver))(event);
  });
} // prettier-ignore

/** Whether something was lost with it, or nobody could have said it. */
export function isFault({ type }: SessionEvent): boolean {
  return type === 'failed' || type === 'undelivered' || type === 'lost' || type === 'fault';
}
