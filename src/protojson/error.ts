/** The one error of the mapping. */
import { formatPath, type FaultClass, type PathStep } from '../wire/errors.ts';

/** Steps that a message shows. */
const SHOWN_STEPS = 32;

/**
 * What JSON and a message can't say to each other: a document that is none of its type, a message that JSON has no form for.
 * The message says what was expected and what was found, and holds no control character.
 */
export class JsonMappingError extends Error {
  override readonly name = 'JsonMappingError';
  /** What was expected and what was found. */
  readonly detail: string;
  /** Steps to the place: in a document its keys and indices, in a message its properties and indices. */
  readonly path: readonly PathStep[];
  /** `malformed`; `limit` for nesting beyond `maxDepth`; `unsupported` for an `Any` whose type no registry has. */
  readonly class: FaultClass;

  constructor(
    detail: string,
    path: readonly PathStep[],
    faultClass: FaultClass = 'malformed',
    options?: ErrorOptions,
  ) {
    const at = path.length > 0 ? ` (at ${formatPath(path.slice(0, SHOWN_STEPS))})` : '';
    super(`${detail}${at}`, options);
    this.detail = detail;
    this.path = path;
    this.class = faultClass;
  }
}
