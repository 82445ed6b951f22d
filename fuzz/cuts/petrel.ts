/** Petrel's sessions over sockets: commands with replies, and pushes, both ways. */
import { listenTcp, openTcp, SessionClient, type Open, type SessionDriver } from '../../src/link/index.ts';
import {
  ClientSession,
  CloseCode,
  type ServerSession,
  type SessionEvent,
  type SessionOptions,
} from '../../src/session/index.ts';
import { FILLING } from './flow.ts';
import { isFault, servingNamed, type Named } from './named-sessions.ts';
import { Side } from './side.ts';
import type { Broken, Conversation, Subject } from './subject.ts';

/**
 * A link that has fallen silent is noticed within 50 ms of that: at the latest an ACK is written 5 ms after it, a PING 12 ms
 * after that, and its answer is waited for 25 ms more. The rest is for timers that come late.
 */
const OPTIONS: SessionOptions = { ackDelay: 5, pingInterval: 12, patience: 25, handshakeTimeout: 40 };
/** Sessions whose client has gone for good. */
const KEEP_FOR = 5000;
/** Milliseconds between connections. */
const REDIAL = 5;

type AnySession = ClientSession | ServerSession;

/** One side of a conversation, which may go through several sessions. */
class Talker {
  readonly side: Side = new Side((number, wantsReply) => this.say(number, wantsReply));
  readonly notes: string[] = [];
  session: AnySession | undefined;
  private readonly isClient: boolean;
  /** Numbers of the commands behind tickets. */
  private readonly asked = new Map<number, number>();

  constructor(isClient: boolean) {
    this.isClient = isClient;
  }

  on(event: SessionEvent): void {
    switch (event.type) {
      case 'command':
        this.hear(event.args[0] as number, true);
        return this.session!.reply(event.id, event.args[0] as number);
      case 'push':
        return this.hear(event.args[0] as number, false);
      case 'reply':
        return this.answered(this.asked.get(event.ticket), event.value as number);
      default:
        if (isFault(event)) this.notes.push(JSON.stringify(event));
    }
  }

  /** A server speaks when it is spoken to: its client has heard then that there is a session. */
  private hear(number: number, wantsReply: boolean): void {
    if (this.side.hear(number) && wantsReply && !this.isClient) this.side.more();
  }

  private answered(number: number | undefined, value: number): void {
    if (number !== value) this.notes.push(`${value} in reply to ${number}`);
    if (this.side.hearReply(value) && this.isClient) this.side.more();
  }

  private say(number: number, wantsReply: boolean): void {
    const session = this.session!;
    const args = [number, FILLING];
    const ticket = wantsReply ? session.command('SEND', args) : session.push('NEWS', args);
    if (ticket === undefined) throw new Error('there is no room in the outbox');
    this.asked.set(ticket, number);
  }
}

class PetrelConversation implements Conversation, Named {
  readonly notes: string[] = [];
  readonly done: Promise<void>;
  private readonly talkers = { client: new Talker(true), server: new Talker(false) };
  private readonly dialling: SessionClient;
  private readonly broken: Broken;
  private finish: () => void = () => undefined;

  constructor(name: string, port: number, broken: Broken) {
    this.broken = broken;
    this.done = new Promise((resolve) => (this.finish = resolve));
    const session = new ClientSession({ ...OPTIONS, credentials: name });
    this.talkers.client.session = session;
    const open: Open = (handler, signal) => openTcp({ host: '127.0.0.1', port }, handler, signal);
    this.dialling = new SessionClient(session, { open, redialAfter: () => REDIAL }, (event) => {
      if (event.type === 'broken') broken('client');
      // a PUSH waits for no session
      if (event.type === 'open') this.client.begin();
      this.talkers.client.on(event);
      if (event.type === 'closed') this.closed(event);
      else if (this.client.complete) session.close({}, performance.now());
    });
    this.dialling.dial();
  }

  get client(): Side {
    return this.talkers.client.side;
  }

  get server(): Side {
    return this.talkers.server.side;
  }

  /** The server has a session for it: one before was never heard of. */
  takes({ session }: SessionDriver<ServerSession>): (event: SessionEvent) => void {
    const { server } = this.talkers;
    (server.session as ServerSession | undefined)?.abort();
    server.session = session;
    return (event) => {
      if (server.session !== session) return;
      if (event.type === 'broken') this.broken('server');
      server.on(event);
    };
  }

  stop(): void {
    this.dialling.stop();
    const { client, server } = this.talkers;
    this.notes.push(...client.notes, ...server.notes);
    (server.session as ServerSession | undefined)?.abort();
  }

  private closed({ by, code }: Extract<SessionEvent, { type: 'closed' }>): void {
    if (by !== 'us' || code !== CloseCode.NORMAL) this.notes.push(`closed by ${by} with ${code}`);
    this.finish();
  }
}

export async function petrel(): Promise<Subject> {
  const conversations = new Map<string, PetrelConversation>();
  const server = servingNamed({ ...OPTIONS, keepFor: KEEP_FOR }, conversations);
  const { address } = await listenTcp(server, { host: '127.0.0.1' });
  return {
    name: 'Petrel',
    port: address.port,
    converse(name, port, broken) {
      const conversation = new PetrelConversation(name, port, broken);
      conversations.set(name, conversation);
      void conversation.done.then(() => conversations.delete(name));
      return conversation;
    },
    stop: () => server.stop(),
  };
}
