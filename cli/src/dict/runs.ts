/** What can be read in a dictionary. */

/** Bytes of a dictionary from `offset` on: all readable, or none. */
export interface Run {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Undefined where nothing can be read. */
  readonly text: string | undefined;
}

/** Shorter runs of letters stand there by chance. */
const SHORTEST = 3;

/** A dictionary in runs of printable ASCII and of all else. */
export function* runsOf(bytes: Uint8Array): Generator<Run, void, void> {
  let shown = 0;
  for (let at = 0; at < bytes.length;) {
    const end = endOfText(bytes, at);
    if (end - at < SHORTEST) {
      at = Math.max(end, at + 1);
      continue;
    }
    if (at > shown) yield { offset: shown, bytes: bytes.subarray(shown, at), text: undefined };
    const text = String.fromCharCode(...bytes.subarray(at, end));
    yield { offset: at, bytes: bytes.subarray(at, end), text };
    shown = at = end;
  }
  if (shown < bytes.length) yield { offset: shown, bytes: bytes.subarray(shown), text: undefined };
}

function endOfText(bytes: Uint8Array, at: number): number {
  while (at < bytes.length && bytes[at]! >= 0x20 && bytes[at]! < 0x7f) at++;
  return at;
}
