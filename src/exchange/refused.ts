/** The fault of what one of the two protocols has nothing for. */
import { ProtocolError, type PathStep } from '../wire/errors.ts';

/** RESP_UNSUPPORTED at `offset`. */
export function refused(offset: number, detail: string, path: readonly PathStep[] = []): ProtocolError {
  return new ProtocolError('RESP_UNSUPPORTED', 'RESP-14', offset, detail, path);
}
