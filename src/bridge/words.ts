/** What halves say of their link in errors, and what they read of a peer's HELLO and of the end of a link. */
import { CloseCode } from '../frame/close-code.ts';
import type { HelloFields } from '../frame/types.ts';
import { closeCodeOf } from '../session/codes.ts';
import type { Cut } from '../session/events.ts';
import type { Limits } from '../wire/limits.ts';

/** What a frame of our own may have: the peer's limits are what counts. */
export const WIDEST = 0xffff_ffff;
export const DEEPEST = 1000;

export const IS_IT = 'is it a petrel bridge --petrel-to-resp?';
export const NO_PETREL =
  'what came is no Petrel: it begins as RESP does (for clients of Redis there is petrel bridge --resp-to-petrel)';

/** Why a link has ended, where nothing else says it. */
export const WHY: { readonly [why in Cut['why']]: string } = {
  lost: 'the connection is lost',
  silent: 'it is silent',
  slow: 'it is too slow',
  closed: 'it closed the link',
  replaced: 'there is a newer link',
  fault: 'a fault',
};

export function codeOf({ why, code, error }: Cut): number {
  if (error !== undefined) return closeCodeOf(error);
  if (why === 'slow' || why === 'silent') return CloseCode.TIMEOUT;
  return Number(code ?? CloseCode.INTERNAL);
}

/** Whether a stream that begins so is RESP, or text: no link begins with a counted frame. */
export function isResp(byte: number): boolean {
  return byte >= 0x20 && byte < 0x80;
}

/** A side in the words of an error, with its address where that was told. */
export function called(side: string, to: string): string {
  return to === '' ? side : `${side} ${to}`;
}

export function limitsIn(fields: HelloFields): Partial<Limits> {
  const { maxPayload, maxDepth, maxElements, maxExpanded } = fields;
  return {
    ...(maxPayload !== undefined && { maxPayload: Math.min(maxPayload, WIDEST) }),
    ...(maxDepth !== undefined && { maxDepth: Math.min(maxDepth, DEEPEST) }),
    ...(maxElements !== undefined && { maxElements: Math.min(maxElements, WIDEST) }),
    ...(maxExpanded !== undefined && { maxExpanded: Math.min(maxExpanded, WIDEST) }),
  };
}

/** At most 1,024 bytes [FRAME-15]: a quarter as many UTF-16 units are, whatever they are. */
export function shortened(text: string): string {
  return text.slice(0, 256).replace(/\p{Cs}$/u, '');
}
