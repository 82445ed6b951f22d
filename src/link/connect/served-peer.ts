/** A client as its server has it: its commands find their handlers, and each gets one reply. */
import type { HelloOffer } from '../../frame/handshake.ts';
import type { Uint64 } from '../../frame/index.ts';
import type { ServerSession, SessionEvent } from '../../session/index.ts';
import { Tag, Tagged, type Encodable } from '../../value/index.ts';
import { now } from '../clock.ts';
import type { SessionDriver } from '../driver.ts';
import type { Signal } from '../transport/transport.ts';
import { Waits } from '../waits.ts';
import { LinkError, ReplyError } from './errors.ts';

declare const AbortController: new () => { readonly signal: Signal; abort(reason?: unknown): void };

/** What a handler is told besides its arguments. */
export interface Asked {
  readonly verb: string;
  readonly peer: ServedPeer;
  /** Aborts when the client does not want the answer any more, or its session is over. */
  readonly signal: Signal;
  /** Sends a part of a long answer; resolves when there is room for the next. Rejects when the session is over. */
  readonly part: (value: Encodable) => Promise<void>;
}

/**
 * Answers a command: with what it returns; with an error where it throws a `ReplyError`, with its value; with `ERR internal error` for
 * all else that it throws, which is told to `onFault`.
 */
export type Handler = (args: readonly Encodable[], asked: Asked) => Encodable | Promise<Encodable>;

export interface Handlers {
  /** By verb. */
  readonly commands?: { readonly [verb: string]: Handler };
  /** Of all verbs that have none. Default: the answer is `ERR unknown command`. */
  readonly onCommand?: Handler;
  /** Is told each push of a client. */
  readonly onPush?: (verb: string, args: readonly Encodable[], peer: ServedPeer) => void;
  /** Is told all that happens in sessions, before it is acted on: for logs. */
  readonly onEvent?: (event: SessionEvent, peer: ServedPeer) => void;
  /** Is told each reply that a session has taken. */
  readonly onReply?: (id: Uint64, value: Encodable, peer: ServedPeer) => void;
  /** Is told of each session that begins. */
  readonly onSession?: (peer: ServedPeer) => void;
  /** Is told what a handler has thrown, and what of a client's could not be read. */
  readonly onFault?: (error: unknown, peer: ServedPeer) => void;
}

export class ServedPeer {
  readonly offer: HelloOffer;
  private readonly driver: SessionDriver<ServerSession>;
  private readonly handlers: Handlers;
  /** Commands that are not answered, by their ids as texts: the client chooses them. */
  private readonly asked = new Map<string, { abort(reason?: unknown): void }>();
  private readonly room: Waits = new Waits();
  private over = false;

  /** `listen` makes it. */
  constructor(driver: SessionDriver<ServerSession>, offer: HelloOffer, handlers: Handlers) {
    this.driver = driver;
    this.offer = offer;
    this.handlers = handlers;
  }

  /** Whether its session is over. */
  get closed(): boolean {
    return this.over;
  }

  /**
   * Sends what nobody answers; resolves when the session has it: then it is delivered once. Rejects with a `LinkError` `CLOSED` when the session is
   * over, with the signal's reason, with a TypeError or RangeError for what no frame can say.
   */
  async push(
    verb: string,
    args: readonly Encodable[] = [],
    { news, signal }: { readonly news?: string; readonly signal?: Signal } = {},
  ): Promise<void> {
    await this.taken(() => this.driver.session.push(verb, args, news) !== undefined, signal);
  }

  /** Ends its session in good order. */
  close(closing: { readonly code?: number; readonly text?: string; readonly after?: number } = {}): void {
    this.driver.session.close(closing, now());
    this.driver.wake();
  }

  /** What happened in its session; `listen` tells it. */
  on(event: SessionEvent): void {
    this.handlers.onEvent?.(event, this);
    switch (event.type) {
      case 'open':
        this.handlers.onSession?.(this);
        break;
      case 'command':
        void this.answer(event.id, event.verb, event.args);
        break;
      case 'cancel':
        this.asked.get(String(event.id))?.abort(new LinkError('CLOSED', 'unknown', 'cancelled'));
        break;
      case 'push':
        this.handlers.onPush?.(event.verb, event.args, this);
        break;
      case 'fault':
        this.handlers.onFault?.(event.error, this);
        break;
      case 'writable':
        this.room.end();
        break;
      case 'closed':
        this.end();
        break;
      default:
    }
  }

  private end(): void {
    this.over = true;
    for (const asked of this.asked.values()) asked.abort(new LinkError('CLOSED', 'unknown'));
    this.asked.clear();
    this.room.end();
  }

  private async answer(id: Uint64, verb: string, args: readonly Encodable[]): Promise<void> {
    const aborter = new AbortController();
    this.asked.set(String(id), aborter);
    const value = await this.valueOf(verb, args, {
      verb,
      peer: this,
      signal: aborter.signal,
      part: (part) => this.taken(() => this.driver.session.part(id, part), aborter.signal),
    });
    this.asked.delete(String(id));
    this.reply(id, value);
  }

  private async valueOf(verb: string, args: readonly Encodable[], asked: Asked): Promise<Encodable> {
    const handler = this.handlerOf(verb);
    if (handler === undefined) return errorOf('ERR unknown command');
    try {
      return await handler(args, asked);
    } catch (error) {
      if (error instanceof ReplyError) return new Tagged(Tag.ERROR, error.value);
      if (!asked.signal.aborted) this.handlers.onFault?.(error, this);
      return errorOf('ERR internal error');
    }
  }

  /** A verb of the wire is never the name of something that every object has. */
  private handlerOf(verb: string): Handler | undefined {
    const { commands = {}, onCommand } = this.handlers;
    return Object.hasOwn(commands, verb) ? commands[verb] : onCommand;
  }

  /** What no frame can say is the handler's fault, and gets its reply all the same. */
  private reply(id: Uint64, value: Encodable): void {
    if (this.over) return;
    let said = value;
    try {
      this.driver.session.reply(id, value);
    } catch (error) {
      this.handlers.onFault?.(error, this);
      said = errorOf('ERR internal error');
      this.driver.session.reply(id, said);
    }
    this.handlers.onReply?.(id, said, this);
    this.driver.wake();
  }

  private async taken(take: () => boolean, signal: Signal | undefined): Promise<void> {
    for (;;) {
      if (this.over) throw new LinkError('CLOSED', 'notDone');
      if (signal?.aborted === true) throw signal.reason;
      if (take()) return this.driver.wake();
      await this.room.wait(signal);
    }
  }
}

function errorOf(text: string): Tagged {
  return new Tagged(Tag.ERROR, text);
}
