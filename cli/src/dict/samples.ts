/** What a dictionary is trained on: frames of captures, lines of text, or whole files. */
import { FrameDecoder, FrameKind, frameName, ProtocolError } from 'petrel';
import { isCounted } from 'petrel/frame';
import { usage } from '../exit.ts';
import { readInput, type InputOptions } from '../io.ts';

export type Samples = 'frames' | 'lines' | 'files';

/** So much is enough for any dictionary, and is held in memory several times. */
const MOST_BYTES = 2 ** 26;
const LINE_FEED = 10;

/**
 * The samples of files, in their order.
 * @throws CommandError for a file that can't be read, or for more than 64 MiB; ProtocolError for frames that are none.
 */
export async function samplesOf(
  files: readonly string[],
  as: Samples,
  options: InputOptions,
): Promise<Uint8Array[]> {
  const samples: Uint8Array[] = [];
  let size = 0;
  for (const file of files) {
    const bytes = await readInput(file, options);
    size += bytes.length;
    if (size > MOST_BYTES) throw usage(`more than ${MOST_BYTES} bytes of samples: a part of them will do`);
    for (const sample of split(bytes, as)) samples.push(sample);
  }
  return samples;
}

function split(bytes: Uint8Array, as: Samples): Iterable<Uint8Array> {
  switch (as) {
    case 'frames':
      return frames(bytes);
    case 'lines':
      return lines(bytes);
    case 'files':
      return [bytes];
    default:
      throw new Error(`no samples are called ${String(as satisfies never)}`);
  }
}

/** Whole frames, of the kinds that may stand in a PACK: a HELLO may hold credentials. [FRAME-17] */
function* frames(bytes: Uint8Array): Generator<Uint8Array, void, void> {
  const decoder = new FrameDecoder({ limits: { maxPayload: bytes.length } });
  for (const { kind, payload, offset } of decoder.frames(bytes)) {
    const end = payload.byteOffset - bytes.byteOffset + payload.length;
    if (isCounted(kind) && frameName(kind) in FrameKind) yield bytes.subarray(offset, end);
  }
  if (decoder.pending > 0)
    throw new ProtocolError('TRUNCATED', 'WIRE-9', bytes.length, 'the input ends inside a frame');
}

/** Lines that are not empty, without their ends. */
function* lines(bytes: Uint8Array): Generator<Uint8Array, void, void> {
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found < 0 ? bytes.length : found;
    if (end > start) yield bytes.subarray(start, end);
    start = end + 1;
  }
}
