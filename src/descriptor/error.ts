/** The one error for a schema that makes no sense. */
import { quote } from '../wire/errors.ts';

/**
 * A schema whose declarations contradict each other or protobuf's rules. Not a `ProtocolError`: the bytes of the descriptors
 * were well-formed, what they say is not.
 */
export class DescriptorError extends TypeError {
  /** The path of the `.proto` file. */
  declare readonly file: string;
  /** The full name of what is at fault, or the empty text for the file as a whole. */
  declare readonly element: string;
  /** What is wrong with it. */
  declare readonly problem: string;

  constructor(file: string, element: string, problem: string) {
    super([file, element].filter(Boolean).map(plain).concat(problem).join(': '));
    Object.assign(this, { name: 'DescriptorError', file, element, problem });
  }
}

/** A name as it is, or escaped and in quotes where it holds anything but ordinary characters. */
export function plain(name: unknown): string {
  const text = String(name);
  const shown = text.length > 200 ? `${text.slice(0, 200)}...` : text;
  return /^[\w./-]+$/.test(shown) ? shown : quote(shown);
}

/** Makes the error of the declaration that is being looked at; the caller throws it. */
export type Fail = (problem: string) => DescriptorError;
