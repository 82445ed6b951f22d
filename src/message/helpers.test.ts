/** What the tests of this layer share. Its name keeps it out of builds; vitest.config.ts keeps it from being run. */
import { ProtocolError } from '../wire/index.ts';
import { closedEnumeration, enumeration, type UNKNOWN } from './index.ts';

/** Bytes of hexadecimal digits, which may have spaces between them. */
export const bytes = (digits: string): Uint8Array =>
  Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));
export const hex = (array: Uint8Array): string => Buffer.from(array).toString('hex');

/** What is thrown, undefined for nothing. */
export function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** The fault that is thrown; anything else, or nothing, is an error of the test. */
export function faultOf(run: () => unknown): ProtocolError {
  const error = errorOf(run);
  if (error instanceof ProtocolError) return error;
  throw error ?? new Error('no fault');
}

/** A message whose description is not looked at. */
export type Any = Record<string, unknown> & { [UNKNOWN]?: readonly Uint8Array[] };
export const Level = closedEnumeration('t.Level', { LOW: 1, HIGH: 2 });
export const Colour = enumeration('t.Colour', { RED: 0, GREEN: 1 });
