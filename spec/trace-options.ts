/** What a trace says of its side, as the session takes it. */
import { skim } from '../src/frame/index.ts';
import type { ClientOptions, Random, ServerOptions } from '../src/session/index.ts';
import { Failure } from './checks.ts';
import { toHex, toValue, unhex } from './notation.ts';
import type { Trace } from './trace.ts';

export function optionsOf({ options = {}, packs = [] }: Trace): ClientOptions & ServerOptions {
  const { credentials, inflates = false, deflates = false, ...plain } = options;
  const inflate = (deflated: Uint8Array): Uint8Array => {
    const found = packs.find((pack) => pack.deflated === toHex(deflated));
    if (found === undefined) throw new Error('does not inflate');
    return unhex(found.frames);
  };
  const deflate = (frames: Uint8Array): Uint8Array => {
    const found = packs.find((pack) => pack.frames === toHex(frames));
    // what is not listed does not get shorter
    return found === undefined ? frames : unhex(found.deflated);
  };
  return {
    ...plain,
    lossless: true,
    ...(credentials !== undefined && { credentials: toValue(credentials) }),
    ...(inflates && { inflate }),
    ...(deflates && { deflate }),
  };
}

/** A source of the bytes that are listed, in their order. */
export function randomOf(hex: string): Random {
  const bytes = unhex(hex);
  let pos = 0;
  return (length) => {
    if (pos + length > bytes.length) throw new Failure('more random bytes are taken than the trace lists');
    return bytes.slice(pos, (pos += length));
  };
}

/** Frames that were written together, each as its bytes. */
export function framesOf(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  let start = 0;
  skim(bytes, (_kind, _from, end) => {
    found.push(bytes.subarray(start, end));
    start = end;
  });
  return found;
}
