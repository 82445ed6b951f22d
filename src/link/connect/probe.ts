/**
 * Whether a server of this protocol is at an endpoint, and how long it takes to say so: asked without a session, by a RESUME with a
 * token that nobody has, which every server answers with a CLOSE [SESSION-22]. No application hears of it.
 */
import { encodeFrame, parseFrame } from '../../frame/all.ts';
import { FrameDecoder } from '../../frame/decoder.ts';
import { BEFORE_AUTH_LIMITS } from '../../wire/limits.ts';
import { TransportError, type Open, type Signal, type Transport } from '../transport/transport.ts';

declare const AbortController: new () => { readonly signal: Signal; abort(): void };
declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };

/** Is told how a probe goes; `answered` and `failed` end it, and come once. */
export interface ProbeHandler {
  connected(): void;
  answered(): void;
  failed(error: Error): void;
}

export class Probe {
  private readonly handler: ProbeHandler;
  private readonly aborter = new AbortController();
  private readonly transport: Transport;
  private readonly decoder = new FrameDecoder({ limits: BEFORE_AUTH_LIMITS });
  private over = false;

  /** @throws what `open` throws. */
  constructor(open: Open, handler: ProbeHandler) {
    this.handler = handler;
    this.transport = open(
      {
        opened: () => this.ask(),
        data: (bytes) => this.read(bytes),
        writable: () => undefined,
        ended: (error) => this.fail(error ?? new TransportError('CUT', 'it ended without an answer')),
        closed: () => undefined,
      },
      this.aborter.signal,
    );
  }

  /** Gives it up; nothing more is told. */
  stop(): void {
    if (this.over) return;
    this.over = true;
    this.aborter.abort();
    this.transport.destroy();
  }

  private ask(): void {
    if (this.over) return;
    this.handler.connected();
    const token = crypto.getRandomValues(new Uint8Array(16));
    this.transport.write(
      encodeFrame({ kind: 'RESUME', form: 'offer', token, attempt: 1, received: 0, next: 1 }),
    );
  }

  /** Its first frame has to be a CLOSE: of a token that is not known, of a server that is full, or that stops. */
  private read(bytes: Uint8Array): void {
    if (this.over) return;
    try {
      this.decoder.feed(bytes);
      if (!this.decoder.next()) return;
      const { kind } = parseFrame(this.decoder.frame(), { limits: BEFORE_AUTH_LIMITS });
      if (kind !== 'CLOSE') throw new TransportError('PROTOCOL', 'another answer than a CLOSE');
    } catch (error) {
      return this.fail(error as Error);
    }
    this.stop();
    this.handler.answered();
  }

  private fail(error: Error): void {
    if (this.over) return;
    this.stop();
    this.handler.failed(error);
  }
}
