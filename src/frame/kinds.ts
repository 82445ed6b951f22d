/** Frame kinds: the high four bits of a frame's first byte. Registered in `spec/codes.json`; a test holds both together. */
export const FrameKind = {
  COMMAND: 1,
  REPLY: 2,
  PART: 3,
  PUSH: 4,
  CANCEL: 5,
  HELLO: 8,
  RESUME: 9,
  ACK: 10,
  PING: 11,
  PONG: 12,
  CLOSE: 13,
  PACK: 14,
  EXTENSION: 15,
} as const;

/** The name of a kind that this version has. */
export type FrameName = keyof typeof FrameKind;

/** Made once: looked for among the entries, a name would be a third of what it costs to read a small frame. */
const NAMES: ReadonlyMap<number, string> = /* @__PURE__ */ new Map(
  Object.entries(FrameKind).map(([name, kind]) => [kind, name]),
);

/** The name of a kind from 0 to 15: `RESERVED6` and `RESERVED7` for the reserved ones, `ILLEGAL` for 0. */
export function frameName(kind: number): string {
  return NAMES.get(kind) ?? (kind ? `RESERVED${kind}` : 'ILLEGAL');
}

/** Whether a frame of this kind is numbered by its order: kinds 1 to 7. */
export function isCounted(kind: number): boolean {
  return kind >= 1 && kind <= 7;
}
