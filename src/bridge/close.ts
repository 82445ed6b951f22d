/** Why a link ends: the codes of a CLOSE that a bridge sends. [FRAME-15] */
export const CloseCode = {
  NORMAL: 0,
  MALFORMED: 1,
  LIMIT: 2,
  UNSUPPORTED: 3,
  VERSION: 4,
  SESSION_LOST: 6,
  GOING_AWAY: 8,
  OVERLOADED: 9,
  TIMEOUT: 10,
  INTERNAL: 11,
} as const;

/** The end of a link: what its CLOSE says, ours or the peer's. */
export interface Ending {
  readonly code: number;
  readonly text: string;
}
