/** What the tests of bridges share: a Redis in miniature, and pipes that cut and reorder. */
import { FrameDecoder, FrameKind, writeHead } from '../frame/index.ts';
import { RespCommandReader } from '../resp/index.ts';
import { Writer } from '../wire/index.ts';
import { ClientHalf, ServerHalf, Sessions, type BridgeOptions } from './index.ts';
import { splitInline } from './inline.ts';

const text = (part: string | Uint8Array): string =>
  typeof part === 'string' ? part : Buffer.from(part).toString('latin1');
const bulk = (item: string): string => `$${Buffer.byteLength(item)}\r\n${item}\r\n`;

const KINDS = ['subscribe', 'psubscribe', 'ssubscribe'];
const IN_SUBSCRIBED = /^([PS]?(UN)?SUBSCRIBE|PING|QUIT|RESET)$/;
const MONITORED = /^(ECHO|PING|INT|PUBLISH|EXEC|HELLO)$/;
const BARE = /^(EXEC|DISCARD|MULTI|RESET|MONITOR)$/;
const IN_MULTI = /^(EXEC|DISCARD|MULTI|RESET|QUIT)$/;

/**
 * One connection of a server with Redis's ways: what the tests against the real one compare. `refusing`: it refuses itself
 * what a bridge refuses.
 */
export class Miniature {
  out = '';
  closed = false;
  private readonly reader = new RespCommandReader();
  private readonly refusing: boolean;
  private version = 2;
  private names = new Map(KINDS.map((kind) => [kind, new Set<string>()]));
  private multi: string[][] | undefined;
  private dirty = false;
  private monitoring = false;
  private off = false;
  private skip = false;
  private skipNext = false;

  constructor(refusing = false) {
    this.refusing = refusing;
  }

  feed(chunk: Uint8Array): void {
    for (const { parts, inline } of this.reader.commands(chunk)) {
      const words = inline ? splitInline(parts[0]!) : parts;
      if (typeof words !== 'string' && words.length > 0) this.command(words.map(text));
    }
  }

  private say(bytes: string, always = false): void {
    if (always || !(this.off || this.skip)) this.out += bytes;
  }

  private get subscribed(): boolean {
    return [...this.names.values()].some(({ size }) => size > 0);
  }

  private command(words: string[]): void {
    if (this.closed) return;
    const name = words[0]!.toUpperCase();
    if (BARE.test(name) && words.length > 1) this.refuse(`ERR wrong number of arguments for '${name}'`);
    else if (this.multi !== undefined && !IN_MULTI.test(name)) this.queue(name, words);
    else if (this.version === 2 && this.subscribed && !IN_SUBSCRIBED.test(name) && this.multi === undefined && name !== 'MULTI') this.say(`-ERR Can't execute '${this.refusing && this.monitoring && name === 'MONITOR' ? 'CLIENT' : name}'\r\n`); // what a bridge sends in its place
    else this.run(name, words);
    if (this.monitoring && MONITORED.test(name)) this.say(`+1.000000 [0 x] "${name}"\r\n`);
    this.skip = this.skipNext;
    this.skipNext = false;
  } // prettier-ignore

  private queue(name: string, words: string[]): void {
    const mode = name === 'CLIENT' && words.length === 3 ? words[2]!.toUpperCase() : '';
    if (name === 'CLIENT' && words.length === 1)
      this.refuse("ERR wrong number of arguments for 'client' command");
    else if (this.refusing && (mode === 'OFF' || mode === 'SKIP'))
      this.refuse('ERR CLIENT REPLY OFF and SKIP are not carried over Petrel within a transaction');
    else if (this.refusing && name === 'MONITOR' && this.monitoring)
      this.refuse('ERR this connection monitors already');
    else {
      this.multi!.push(words);
      this.say('+QUEUED\r\n');
    }
  }

  private refuse(error: string): void {
    this.dirty = true;
    this.say(`-${error}\r\n`);
  }

  private push(items: readonly string[]): void {
    this.say(`${this.version === 3 ? '>' : '*'}${items.length}\r\n${items.join('')}`, true);
  }

  private run(name: string, words: string[], inExec = false): void {
    const [, first = '', second = ''] = words;
    switch (name) {
      case 'ECHO':
        return this.say(bulk(first));
      case 'PING':
        return this.say(this.version === 2 && this.subscribed ? `*2\r\n${bulk('pong')}${bulk('')}` : '+PONG\r\n');
      case 'STATUS':
        return this.say(`+${first}\r\n`);
      case 'INT':
        return this.say(`:${Number(first)}\r\n`);
      case 'NIL':
        return this.say(this.version === 3 ? '_\r\n' : '$-1\r\n');
      case 'LIST':
        return this.say(`*${words.length - 1}\r\n${words.slice(1).map(bulk).join('')}`);
      case 'HELLO':
        if (first !== '') this.version = Number(first);
        return this.say(`${this.version === 3 ? '%1' : '*2'}\r\n${bulk('proto')}:${this.version}\r\n`);
      case 'PUBLISH':
        return this.publish(first, second);
      case 'TRACKED':
        if (this.version === 3) this.push([bulk('invalidate'), `*1\r\n${bulk(first)}`]);
        return this.say('+OK\r\n');
      case 'MOVED':
        if (this.names.get('ssubscribe')!.delete(first)) this.confirm('sunsubscribe', first);
        return this.say('+OK\r\n');
      case 'CLIENT':
        return this.client(words);
      case 'MONITOR':
        if (inExec) return this.say("-ERR MONITOR isn't allowed for DENY BLOCKING client\r\n");
        if (!this.monitoring) this.say('+OK\r\n');
        this.monitoring = true;
        return undefined;
      case 'MULTI':
        if (this.multi !== undefined) return this.say('-ERR MULTI calls can not be nested\r\n');
        this.multi = [];
        this.dirty = false;
        return this.say('+OK\r\n');
      case 'DISCARD':
        if (this.multi === undefined) return this.say('-ERR DISCARD without MULTI\r\n');
        this.multi = undefined;
        return this.say('+OK\r\n');
      case 'EXEC':
        return this.exec();
      case 'RESET':
        return this.reset();
      case 'QUIT':
        this.say('+OK\r\n');
        this.closed = true;
        return undefined;
      default:
        return KINDS.includes(name.toLowerCase().replace('un', ''))
          ? this.subscription(name.toLowerCase(), words.slice(1))
          : this.say(`-ERR unknown command '${name}'\r\n`);
    }
  } // prettier-ignore

  private client(words: string[]): void {
    const mode = (words[2] ?? '').toUpperCase();
    if (words.length === 1) return this.say("-ERR wrong number of arguments for 'client' command\r\n");
    if (mode === 'OFF') this.off = true;
    else if (mode === 'SKIP') this.skipNext = !this.off;
    else {
      this.off = this.skip = false;
      this.say('+OK\r\n');
    }
    return undefined;
  }

  private exec(): void {
    const queued = this.multi;
    this.multi = undefined;
    if (queued === undefined) return this.say('-ERR EXEC without MULTI\r\n');
    if (this.dirty) return this.say('-EXECABORT Transaction discarded because of previous errors.\r\n');
    this.say(`*${queued.length}\r\n`);
    for (const words of queued) this.run(words[0]!.toUpperCase(), words, true);
    return undefined;
  }

  private reset(): void {
    this.version = 2;
    this.multi = undefined;
    this.monitoring = this.off = this.skipNext = false;
    for (const set of this.names.values()) set.clear();
    this.say('+RESET\r\n');
  }

  private publish(channel: string, message: string): void {
    if (this.names.get('subscribe')!.has(channel)) this.push([bulk('message'), bulk(channel), bulk(message)]);
    for (const pattern of this.names.get('psubscribe')!)
      if (channel.startsWith(pattern))
        this.push([bulk('pmessage'), bulk(pattern), bulk(channel), bulk(message)]);
    this.say(':1\r\n');
  }

  private confirm(verb: string, name: string | undefined): void {
    const count = [...this.names.values()].reduce((sum, { size }) => sum + size, 0);
    const nothing = this.version === 3 ? '_\r\n' : '$-1\r\n';
    this.push([bulk(verb), name === undefined ? nothing : bulk(name), `:${count}\r\n`]);
  }

  private subscription(verb: string, given: string[]): void {
    const set = this.names.get(verb.replace('un', ''))!;
    const removes = verb.includes('un');
    if (given.length === 0 && !removes)
      return this.say(`-ERR wrong number of arguments for '${verb}' command\r\n`);
    const names: (string | undefined)[] = given.length > 0 ? given : [...set];
    for (const name of names.length > 0 ? names : [undefined]) {
      if (name !== undefined && removes) set.delete(name);
      else if (name !== undefined) set.add(name);
      this.confirm(verb, name);
    }
    return undefined;
  }
}

/** A choice from 0 up to `below`. */
export type Choose = (below: number) => number;

/** How a wiring's link breaks: both halves see it, or one does first. */
export type Break = 'both' | 'client' | 'server';

/** Everything between a client and a server, all in one place, moved step by step. */
export class Wiring {
  readonly client: ClientHalf;
  readonly server: ServerHalf;
  readonly redis = new Miniature();
  /** What the client was told. */
  told = '';
  /** Bytes that all links have carried, and how many links there were. */
  carried = 0;
  links = 1;
  private readonly choose: Choose;
  private readonly options: BridgeOptions;
  private readonly sessions: Sessions;
  /** Who is at the other end of the link of now: a new half, until it knows whose it is. */
  private far: ServerHalf;
  private toClient: Buffer = Buffer.alloc(0);
  private toServer: Buffer = Buffer.alloc(0);
  private toRedis: Buffer = Buffer.alloc(0);
  private fromClient: Buffer;
  private readonly ended = { client: false, link: false, redis: false, linkBack: false };
  now = 0;
  /** How long it took until a link that swallows all was given up for another. */
  readonly noticed: number[] = [];
  private silentSince: number | undefined;
  /** Not with narrow windows: they count frames, and the bytes of each, in the order in which they were sent. Nor with cuts. */
  private readonly reorders: boolean;

  constructor(sent: Buffer, choose: Choose, options: BridgeOptions = {}, reorders = options.windowBytes === undefined) {
    this.fromClient = sent;
    this.choose = choose;
    this.options = options;
    this.reorders = reorders;
    let tokens = 0;
    this.sessions = new Sessions(options, (length) => new Uint8Array(length).fill(++tokens));
    this.client = new ClientHalf(options, 0);
    this.server = this.far = new ServerHalf(options, 0, this.sessions);
  } // prettier-ignore

  /** Moves something, somewhere. @returns false when nothing is left to move. */
  step(): boolean {
    this.collect();
    const moves = [
      this.client.readsResp && this.fromClient.length > 0 && ((): void => {
        this.client.fromResp(this.cut('fromClient'), this.now);
      }),
      this.fromClient.length === 0 && !this.ended.client && ((): void => {
        this.ended.client = true;
        this.client.fromRespEnd(this.now);
      }),
      this.toServer.length > 0 && ((): void => this.arrive(this.cut('toServer'))),
      this.server.wantsServer && !this.ended.redis && !this.connected && ((): void => this.connect()),
      this.toRedis.length > 0 && ((): void => this.redis.feed(this.cut('toRedis'))),
      this.server.readsResp && this.redis.out.length > 0 && ((): void => this.answer()),
      this.toClient.length > 0 && ((): void => this.client.fromLink(this.cut('toClient'), this.now)),
      this.toServer.length === 0 && this.client.linkEnds && !this.ended.link && this.silentSince === undefined && ((): void => {
        this.ended.link = true;
        this.far.fromLinkEnd(this.now);
      }),
      this.connected && !this.ended.redis && this.redis.out === '' && (this.redis.closed || (this.server.respEnds && this.toRedis.length === 0)) && ((): void => {
        this.ended.redis = true;
        this.server.fromRespEnd(this.now);
      }),
      this.toClient.length === 0 && this.far.linkEnds && !this.ended.linkBack && this.silentSince === undefined && ((): void => {
        this.ended.linkBack = true;
        this.client.fromLinkEnd(this.now);
      }),
    ].filter((move) => move !== false); // prettier-ignore
    if (moves.length > 0) {
      moves[this.choose(moves.length)]!();
      this.collect();
      return true;
    }
    // time passes when nothing else does: ACKs are due, and further links
    const due = Math.min(this.client.deadline, this.server.deadline, this.far.deadline);
    if (due > this.now + 5000) return false;
    this.now = Math.max(this.now, due);
    for (const half of new Set([this.client, this.server, this.far])) half.tick(this.now);
    if (this.client.dials(this.now)) this.redial();
    return true;
  }

  /** Breaks the link: what is on its way is lost. */
  break(seen: Break): void {
    this.toServer = this.toClient = Buffer.alloc(0);
    if (seen !== 'server') this.client.fromLinkEnd(this.now, 'ECONNRESET');
    if (seen !== 'client') this.far.fromLinkEnd(this.now, 'ECONNRESET');
    // who sees it later, hears nothing either
    if (seen === 'server') this.client.fromLinkEnd(this.now, 'ECONNRESET');
  }

  /** The link falls silent: nothing arrives any more, and nobody is told. */
  swallow(): void {
    this.silentSince ??= this.now;
    this.toServer = this.toClient = Buffer.alloc(0);
  }

  private redial(): void {
    if (this.silentSince !== undefined) this.noticed.push(this.now - this.silentSince);
    this.silentSince = undefined;
    this.links++;
    this.toServer = this.toClient = Buffer.alloc(0);
    this.ended.link = this.ended.linkBack = false;
    this.far = new ServerHalf(this.options, this.now, this.sessions);
    this.client.connectLink(this.now);
  }

  private arrive(chunk: Uint8Array): void {
    this.carried += chunk.length;
    this.far.fromLink(chunk, this.now);
    const { successor } = this.far;
    if (successor === undefined) return;
    successor.adopt(this.far, this.now);
    this.far = successor;
  }

  /** Kills the server: what it said is lost. */
  kill(): void {
    this.redis.out = '';
    this.redis.closed = true;
    this.ended.redis = true;
    this.toRedis = Buffer.alloc(0);
    this.server.fromRespEnd(this.now, 'ECONNRESET');
  }

  private connected = false;

  private connect(): void {
    this.connected = true;
    this.server.connected(this.now);
  }

  private answer(): void {
    const bytes = Buffer.from(this.redis.out, 'utf8');
    const size = this.size(bytes.length);
    this.redis.out = bytes.subarray(size).toString('utf8');
    if (Buffer.byteLength(this.redis.out) !== bytes.length - size) {
      this.redis.out = '';
      this.server.fromResp(bytes, this.now); // not cut within a character
    } else this.server.fromResp(Uint8Array.from(bytes.subarray(0, size)), this.now);
  }

  private cut(name: 'fromClient' | 'toServer' | 'toRedis' | 'toClient'): Uint8Array {
    const bytes = this[name];
    const size = this.size(bytes.length);
    this[name] = bytes.subarray(size);
    return Uint8Array.from(bytes.subarray(0, size));
  }

  private size(most: number): number {
    return this.choose(3) === 0 ? most : 1 + this.choose(Math.min(most, 40));
  }

  private collect(): void {
    this.told += Buffer.from(this.client.takeResp()).toString('utf8');
    this.toServer = Buffer.concat([this.toServer, this.client.takeLink()]);
    this.toRedis = Buffer.concat([this.toRedis, this.server.takeResp()]);
    if (this.far !== this.server) this.server.takeLink();
    const frames = this.far.takeLink();
    this.toClient = Buffer.concat([this.toClient, this.reorders ? shuffled(frames, this.choose) : frames]);
    if (this.silentSince !== undefined) this.swallow();
  }
}

/** Frames in another order, as Petrel allows: replies change places with replies, and nothing else with anything. */
function shuffled(bytes: Uint8Array, choose: Choose): Uint8Array {
  const out = new Writer();
  const run: { kind: number; id: number; payload: Uint8Array }[] = [];
  const flush = (): void => {
    while (run.length > 0) {
      const at = choose(run.length);
      // PARTs stay before what follows them of the same id
      const first = run.findIndex(({ id }) => id === run[at]!.id);
      const [frame] = run.splice(first, 1);
      writeHead(out, frame!.kind, frame!.payload.length);
      out.raw(frame!.payload);
    }
  };
  for (const { kind, payload } of new FrameDecoder().frames(bytes)) {
    if (kind === FrameKind.REPLY || kind === FrameKind.PART) {
      run.push({ kind, id: payload[0]! | ((payload[0]! > 127 ? payload[1]! : 0) << 8), payload });
      continue;
    }
    flush();
    writeHead(out, kind, payload.length);
    out.raw(payload);
  }
  flush();
  return out.take();
}
