/** The close code that a fault becomes. */
import { CloseCode } from '../frame/close-code.ts';
import { faultClass, type FaultClass, type ProtocolError } from '../wire/errors.ts';

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
