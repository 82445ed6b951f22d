/** Unknown fields: kept as they came, in their order, and written back after the known ones. [MESSAGE-9] */

/**
 * The property of a message that holds its unknown fields: runs of whole fields, tag and value, in the order in which they came.
 * The runs are views of the decoded bytes.
 */
export const UNKNOWN: unique symbol = /* @__PURE__ */ Symbol.for('petrel.unknown') as never;

/** A message with unknown fields. */
export interface WithUnknown {
  [UNKNOWN]?: readonly Uint8Array[];
}

/** Adds `bytes`, whole fields, to a message's unknown ones; a run that goes on where the last one ended becomes one with it. */
export function keepUnknown(message: WithUnknown, bytes: Uint8Array): boolean {
  const runs = (message[UNKNOWN] ??= []) as Uint8Array[];
  const last = runs.at(-1);
  const joined = last?.buffer === bytes.buffer && last.byteOffset + last.length === bytes.byteOffset;
  if (joined)
    runs[runs.length - 1] = new Uint8Array(last.buffer, last.byteOffset, last.length + bytes.length);
  else runs.push(bytes);
  return !joined;
}
