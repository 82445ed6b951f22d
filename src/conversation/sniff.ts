/** Which protocol a connection speaks, by what its sides say first. */

export type Protocol = 'petrel' | 'resp' | 'tls' | 'http' | 'unknown';

/** What is known of a connection's beginning. */
export interface Beginning {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  /** Whether the capture has the begin of both directions. */
  readonly complete: boolean;
  /** Whether no more bytes come. */
  readonly ended: boolean;
}

/** So many bytes tell. */
export const ENOUGH = 64;

const HTTP = /^(?:GET|POST|PUT|HEAD|OPTIONS|DELETE|PATCH|CONNECT|PRI) \S* ?H?/;
/** How a command begins: an array of bulk strings. A reply: its type, and a number or a short line. */
const COMMAND = /^\*[1-9][0-9]{0,6}\r\n\$/;
const REPLY =
  /^(?:[*$%~>|!=][0-9]{1,9}\r\n|[*$]-1\r\n|:[+-]?[0-9]{1,19}\r\n|_\r\n|#[tf]\r\n|[-+][ -~]{0,200}(?:\r\n|$)|[,(][-+0-9a-z.]{1,40}\r\n)/;
const INLINE = /^[A-Za-z]+(?: [ -~]*)?\r\n/;

/** The protocol; undefined while more bytes must tell. */
export function sniff({ client, server, complete, ended }: Beginning): Protocol | undefined {
  if (isTls(client) || isTls(server)) return 'tls';
  if (complete && client.length > 0 && isHandshake(client[0]!)) return 'petrel';
  const asked = latin1(client);
  const answered = latin1(server);
  if (HTTP.test(asked) || answered.startsWith('HTTP/')) return 'http';
  if (COMMAND.test(asked)) return 'resp';
  const inline = INLINE.test(asked);
  if (REPLY.test(answered) && (asked === '' || inline || !complete)) return 'resp';
  if (inline && answered === '' && !ended) return undefined; // its answer tells
  const told = client.length >= ENOUGH || server.length >= ENOUGH || ended;
  if (!told) return undefined;
  // in the midst of a connection, whoever looks for frames finds out
  return complete ? 'unknown' : 'petrel';
}

/** A handshake record of TLS, version 3.x. (RFC 8446, 5.1) */
function isTls(bytes: Uint8Array): boolean {
  return bytes.length >= 3 && bytes[0] === 0x16 && bytes[1] === 3 && bytes[2]! <= 4;
}

/** HELLO or RESUME, without which no link begins. */
function isHandshake(byte: number): boolean {
  return byte >> 4 === 8 || byte >> 4 === 9;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 256));
}
