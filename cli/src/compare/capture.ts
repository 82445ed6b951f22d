/** What a capture costs: the conversation of all its connections in each format, with what carries it. */
import { CaptureAnalyzer, CaptureError } from 'petrel/capture';
import { Conversations } from 'petrel/conversation';
import { CommandError, Exit } from '../exit.ts';
import { inflaterOf } from '../dictionaries.ts';
import type { PricedCapture } from './capture-price.ts';
import { PacketCounter } from './packet-counter.ts';
import { TalkPricer } from './talk-pricer.ts';

/**
 * Prices the conversations of a capture.
 * @param protocol of all its connections; otherwise each is looked at
 * @throws CommandError for a capture without an item, MALFORMED for a file that is at fault
 */
export async function priceCapture(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  protocol?: 'petrel' | 'resp',
): Promise<PricedCapture> {
  const pricer = new TalkPricer();
  const options = { inflate: inflaterOf({}), ...(protocol && { protocol }) };
  const packets = new PacketCounter(new Conversations(pricer, options), (each) => pricer.connections.delete(each));
  const analyzer = new CaptureAnalyzer(packets);
  try {
    for await (const chunk of chunks) analyzer.push(Uint8Array.from(chunk));
    analyzer.finish();
  } catch (error) {
    if (error instanceof CaptureError) throw new CommandError(error.message, Exit.MALFORMED);
    throw error;
  }
  if (pricer.items === 0) throw new CommandError('there is no command, reply or push to price', Exit.TRUNCATED);
  return { name, ...pricer.result(packets.finish()) };
} // prettier-ignore
