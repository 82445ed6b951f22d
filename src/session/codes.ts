/** Why links and sessions are closed: the registry of `spec/codes.json`. */
import { faultClass, type FaultClass, type ProtocolError } from '../wire/errors.ts';

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

const CODES: { readonly [of in FaultClass]: number } = {
  malformed: CloseCode.MALFORMED,
  truncated: CloseCode.MALFORMED,
  limit: CloseCode.LIMIT,
  unsupported: CloseCode.UNSUPPORTED,
};

/** The close code that tells the peer of a fault in what it sent. */
export function closeCodeOf(error: ProtocolError): number {
  if (error.code === 'VERSION_UNSUPPORTED') return CloseCode.VERSION;
  if (error.code === 'SESSION_LOST') return CloseCode.SESSION_LOST;
  return CODES[faultClass(error.code)];
}
