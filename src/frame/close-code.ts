/** Why links and sessions are closed: the registry of `spec/codes.json`. [FRAME-15] */
export const CloseCode = {
  NORMAL: 0,
  MALFORMED: 1,
  LIMIT: 2,
  UNSUPPORTED: 3,
  VERSION: 4,
  AUTH: 5,
  SESSION_LOST: 6,
  REPLACED: 7,
  GOING_AWAY: 8,
  OVERLOADED: 9,
  TIMEOUT: 10,
  INTERNAL: 11,
} as const;
