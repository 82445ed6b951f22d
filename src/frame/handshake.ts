/** The handshake: HELLO and RESUME, for who opens or answers a link. [HELLO-1] to [HELLO-9] */
import { either, positive, uint64, type Layouts } from './field.ts';
import { hello, resumeToken } from './hello.ts';

export { VERSION } from './hello.ts';
export type { HelloAnswer, HelloFields, HelloOffer, Resume } from './types.ts';

const form = either('HELLO_FORM', 'HELLO-2', ['offer', 'answer']);
const counter = positive('RESUME_FIELD', 'HELLO-9');

/**
 * Passed to what reads or writes frames, so that it knows these kinds too. [HELLO-2] [HELLO-8]
 *
 * @example
 * const body = parseFrame(frame, { layouts: HANDSHAKE, limits: BEFORE_AUTH_LIMITS });
 * if (body.kind === 'HELLO') welcome(body.credentials);
 */
export const HANDSHAKE: Layouts<'HELLO' | 'RESUME'> = {
  HELLO: { form, fields: hello },
  RESUME: { form, token: resumeToken, attempt: counter, received: uint64, next: counter },
};
