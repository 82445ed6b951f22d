/** What the beginning of a TLS connection says in the clear: which version, and for which name. (RFC 8446, 4.1) */

/** Undefined is what is not said, or not in the capture. */
export interface TlsHello {
  /** What the server chose: `1.3`, `1.2`. */
  readonly version: string | undefined;
  /** The server that the client asked for (SNI): letters, digits, dots, dashes and underscores alone. */
  readonly serverName: string | undefined;
}

/** So many bytes of each side tell, if any do. */
export const TLS_BYTES: number = 1 << 14;

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const SERVER_NAME = 0;
const SUPPORTED_VERSIONS = 43;
const RANDOM = 32;
const NAME = /^[\w.-]{1,253}$/;

/** @returns undefined while more bytes may tell more. */
export function readTls(client: Uint8Array, server: Uint8Array, ended: boolean): TlsHello | undefined {
  const asked = helloIn(client, CLIENT_HELLO);
  const answered = helloIn(server, SERVER_HELLO);
  if (!ended && (asked === undefined || answered === undefined)) return undefined;
  return {
    version: answered && versionIn(answered),
    serverName: asked && nameIn(asked),
  };
}

/** The body of the handshake message that a side begins with; empty where it begins otherwise, undefined while it is cut off. */
function helloIn(bytes: Uint8Array, type: number): Uint8Array | undefined {
  const message: number[] = [];
  for (let at = 0; ;) {
    if (message.length >= 4) {
      const end = 4 + ((message[1]! << 16) | u16(message, 2));
      if (message[0] !== type || end > TLS_BYTES) return EMPTY;
      if (message.length >= end) return Uint8Array.from(message.slice(4, end));
    }
    if (at + 5 > bytes.length) return undefined;
    if (bytes[at] !== HANDSHAKE) return EMPTY;
    const end = at + 5 + u16(bytes, at + 3);
    for (let i = at + 5; i < Math.min(end, bytes.length); i++) message.push(bytes[i]!);
    at = end;
  }
}

const EMPTY = new Uint8Array(0);

function versionIn(hello: Uint8Array): string | undefined {
  const chosen = extension(hello, SERVER_HELLO, SUPPORTED_VERSIONS);
  const minor = chosen?.length === 2 ? chosen[1]! : hello[1];
  return minor === undefined || minor < 1 || minor > 4 ? undefined : `1.${minor - 1}`;
}

function nameIn(hello: Uint8Array): string | undefined {
  // a list of names: type 0, its length, a name in ASCII (RFC 6066, 3)
  const list = extension(hello, CLIENT_HELLO, SERVER_NAME);
  if (list === undefined || list.length < 5 || list[2] !== 0) return undefined;
  const name = String.fromCharCode(...list.subarray(5, 5 + u16(list, 3)).subarray(0, 255));
  return NAME.test(name) ? name : undefined;
}

/** What an extension of a hello holds. Past its end everything is undefined, and ends the search. */
function extension(hello: Uint8Array, type: number, wanted: number): Uint8Array | undefined {
  let at = 2 + RANDOM;
  at += 1 + hello[at]!; // the session's id
  if (type === CLIENT_HELLO) {
    at += 2 + u16(hello, at); // cipher suites
    at += 1 + hello[at]!; // compression methods
  } else at += 3;
  at += 2; // the length of all
  while (at + 4 <= hello.length) {
    const end = at + 4 + u16(hello, at + 2);
    if (u16(hello, at) === wanted) return hello.subarray(at + 4, end);
    at = end;
  }
  return undefined;
}

function u16(bytes: ArrayLike<number>, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
