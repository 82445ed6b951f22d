/**
 * Numbers as lines over TCP, by a client that knows no session: what the cuts must catch. It forgets what it wrote on a
 * connection that is gone, or says all of it again.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Side } from './side.ts';
import type { Conversation, Subject } from './subject.ts';

/** Milliseconds after which a conversation ends that is not complete. */
const ENOUGH = 1000;

/** One end: `m3` says a message, `r3` is the reply to it. On each connection the client says first who it is. */
class End {
  readonly side: Side = new Side((number) => this.write(`m${number}\n`));
  private readonly written: string[] = [];
  private socket: Socket | undefined;
  private readonly repeats: boolean;
  private readonly told: () => void;

  /** @param told is called with every line that came. */
  constructor(repeats: boolean, told: () => void) {
    this.repeats = repeats;
    this.told = told;
  }

  attach(socket: Socket): void {
    this.socket = socket;
    if (this.repeats) socket.write(this.written.join(''));
  }

  take(line: string): void {
    const number = Number.parseInt(line.slice(1), 10);
    if (line.startsWith('r')) this.side.hearReply(number);
    else {
      this.side.hear(number);
      if (number % 2 === 1) this.write(`r${number}\n`);
    }
    this.side.more();
    this.told();
  }

  private write(line: string): void {
    this.written.push(line);
    this.socket?.write(line);
  }
}

class LineConversation implements Conversation {
  readonly notes: readonly string[] = [];
  readonly done: Promise<void>;
  readonly ends: { readonly client: End; readonly server: End };
  private readonly name: string;
  private readonly port: number;
  private finish: () => void = () => undefined;
  private stopped = false;

  constructor(name: string, port: number, repeats: boolean) {
    this.name = name;
    this.port = port;
    const told = (): void => {
      if (this.client.complete && this.server.complete) this.finish();
    };
    this.ends = { client: new End(repeats, told), server: new End(repeats, told) };
    this.done = new Promise((resolve) => (this.finish = resolve));
    setTimeout(this.finish, ENOUGH);
    this.dial();
    this.client.begin();
  }

  get client(): Side {
    return this.ends.client.side;
  }

  get server(): Side {
    return this.ends.server.side;
  }

  stop(): void {
    this.stopped = true;
  }

  private dial(): void {
    if (this.stopped) return;
    const { client } = this.ends;
    const socket = connect(this.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.on('close', () => setTimeout(() => this.dial(), 1));
    socket.write(`${this.name}\n`);
    eachLine(socket, (line) => client.take(line));
    client.attach(socket);
  }
}

function eachLine(socket: Socket, take: (line: string) => void): void {
  let rest = '';
  socket.on('data', (chunk) => {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop()!;
    for (const line of lines) take(line);
  });
}

export async function lines(repeats: boolean): Promise<Subject> {
  const conversations = new Map<string, LineConversation>();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    let end: End | undefined;
    eachLine(socket, (line) => {
      if (end !== undefined) return end.take(line);
      end = conversations.get(line)?.ends.server;
      end?.attach(socket);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    name: repeats ? 'lines, said again' : 'lines, said once',
    port: (server.address() as AddressInfo).port,
    converse(name, port) {
      const conversation = new LineConversation(name, port, repeats);
      conversations.set(name, conversation);
      return conversation;
    },
    async stop() {
      await once(server.close(), 'close');
    },
  };
}
