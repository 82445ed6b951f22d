/** Runs one trace against the sources: the steps in order, bytes whole and one by one. */
import type { Uint64 } from '../src/frame/index.ts';
import { Acceptor, ClientSession } from '../src/session/index.ts';
import type { AcceptorEvent, Link, ServerSession, SessionEvent } from '../src/session/index.ts';
import { ProtocolError } from '../src/wire/index.ts';
import { Failure, ordered, same } from './checks.ts';
import { integer, toHex, toNotation, toValue, unhex } from './notation.ts';
import { framesOf, optionsOf, randomOf } from './trace-options.ts';
import type { EventNotation, Input, Step, Trace } from './trace.ts';
import type { Encodable } from '../src/value/index.ts';

/** What does not hold of a trace; undefined when all does. */
export function traceFailure(trace: Trace): string | undefined {
  try {
    for (const bytewise of [false, true]) runTrace(trace, bytewise);
    return undefined;
  } catch (error) {
    return error instanceof Failure ? error.message : String((error as Error).stack ?? error);
  }
}

function runTrace(trace: Trace, bytewise: boolean): void {
  const side = new Side(trace, bytewise);
  for (const [i, step] of trace.steps.entries()) {
    const [input] = Object.keys(step.do);
    const how = `${bytewise ? 'byte by byte, ' : ''}step ${i + 1}, ${input} at ${step.at}`;
    try {
      side.run(step, how);
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw new Failure(`${how}: ${String((error as Error).stack)}`);
    }
  }
}

/** The side that a trace is about. */
class Side {
  private readonly bytewise: boolean;
  private session: ClientSession | ServerSession | undefined;
  private readonly acceptor: Acceptor | undefined;
  private readonly links = new Map<string, Link>();
  /** Those that take what is written at once, and nothing later. */
  private readonly exchanges = new Set<Link>();
  /** Links that were over before. */
  private readonly ended = new Set<string>();
  /** The trace's names of what was sent, by tickets. */
  private readonly names = new Map<number, string>();

  constructor(trace: Trace, bytewise: boolean) {
    this.bytewise = bytewise;
    const options = optionsOf(trace);
    if (trace.role === 'client') this.session = new ClientSession(options);
    else this.acceptor = new Acceptor(options, randomOf(trace.random ?? ''));
  }

  run(step: Step, how: string): void {
    const { at, refused = false, fails = false } = step;
    let said: unknown;
    let failed = false;
    try {
      said = this.input(step.do, at);
    } catch (error) {
      if (!fails) throw error;
      failed = true;
    }
    same(`${how}, fails`, failed, fails);
    same(`${how}, refused`, said === undefined || said === false, refused || fails);
    const events = step.polls === false ? [] : this.events();
    const out = this.outputs(at);
    same(`${how}, events`, ordered(events), ordered(step.events ?? []));
    same(`${how}, out`, ordered(out), ordered(step.out ?? {}));
    same(`${how}, over`, this.over(), step.over ?? []);
    if (step.next !== undefined) same(`${how}, next`, this.next(), step.next);
  }

  /** @returns undefined or false where there is no room. */
  private input(input: Input, now: number): unknown {
    const { session } = this;
    if ('connect' in input) return this.connect(input.connect, now, input.once);
    if ('receive' in input) return this.receive(input.receive, unhexAll(input.hex), now);
    if ('lost' in input) return [this.link(input.lost).lost(now)];
    if ('accept' in input) return (this.session = this.acceptor!.accept(this.link(input.accept), now));
    if ('refuse' in input) return [this.acceptor!.refuse(this.link(input.refuse), input)];
    if ('wait' in input) return [this.acceptor?.handleTimeout(now), session?.handleTimeout(now)];
    return this.call(input, session!, now);
  }

  private call(input: Input, session: ClientSession | ServerSession, now: number): unknown {
    if ('command' in input) return this.named(input.as, session.command(input.command, input.args.map(toValue), input));
    if ('push' in input) return this.named(input.as, session.push(input.push, input.args.map(toValue), input.news));
    if ('reply' in input) return [session.reply(integer(input.reply), toValue(input.value))];
    if ('part' in input) return session.part(integer(input.part), toValue(input.value));
    if ('cancel' in input) return [session.cancel(this.ticket(input.cancel))];
    if ('ping' in input) return session.ping(now);
    if ('take' in input) return [session.take(input.take)];
    if ('close' in input) return [session.close(input.close, now)];
    if ('abort' in input) return [session.abort(input.abort)];
    throw new Failure(`no input is called ${Object.keys(input).join()}`);
  } // prettier-ignore

  private connect(name: string, now: number, once?: true): Link {
    const link = this.acceptor?.open(now) ?? (this.session as ClientSession).connect(now, once);
    this.links.set(name, link);
    if (once) this.exchanges.add(link);
    return link;
  }

  private receive(name: string, bytes: Uint8Array, now: number): true {
    const link = this.link(name);
    const size = this.bytewise ? 1 : bytes.length;
    for (let pos = 0; pos < bytes.length; pos += size) link.receive(bytes.slice(pos, pos + size), now);
    return true;
  }

  private named(name: string, ticket: number | undefined): number | undefined {
    if (ticket !== undefined) this.names.set(ticket, name);
    return ticket;
  }

  private ticket(name: string): number {
    return [...this.names].find(([, as]) => as === name)![0];
  }

  private link(name: string): Link {
    const link = this.links.get(name);
    if (link === undefined) throw new Failure(`there is no link ${name}`);
    return link;
  }

  private nameOf(link: Link): string {
    return [...this.links].find(([, other]) => other === link)![0];
  }

  private events(): EventNotation[] {
    const found: EventNotation[] = [];
    for (let event = this.acceptor?.poll(); event !== undefined; event = this.acceptor?.poll())
      if (event.type !== 'resumed') found.push(this.acceptorEvent(event));
    for (let event = this.session?.poll(); event !== undefined; event = this.session?.poll())
      found.push(this.event(event));
    return found;
  }

  private acceptorEvent(event: Exclude<AcceptorEvent, { readonly type: 'resumed' }>): EventNotation {
    const link = this.nameOf(event.link);
    if (event.type === 'gone') return { ...fieldsOf(event), type: 'gone', link };
    const { credentials } = event.offer;
    return {
      type: 'hello',
      link,
      ...(credentials !== undefined && { credentials: toNotation(credentials) }),
    };
  }

  private event(event: SessionEvent): EventNotation {
    const { type } = event;
    if (type === 'open') return { type };
    const ticket = 'ticket' in event ? { ticket: this.names.get(event.ticket) } : {};
    return { ...fieldsOf(event), ...ticket, type };
  }

  private outputs(now: number): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    for (const [name, link] of this.links) {
      if (link.sealed) continue;
      const bytes = link.output(now);
      link.sealed = this.exchanges.has(link);
      if (bytes !== undefined) found[name] = split(bytes);
    }
    return found;
  }

  private over(): string[] {
    const found = [...this.links]
      .filter(([name, link]) => link.over && !this.ended.has(name))
      .map(([name]) => name);
    for (const name of found) this.ended.add(name);
    return found;
  }

  private next(): number | null {
    const next = Math.min(this.acceptor?.nextTimeout() ?? Infinity, this.session?.nextTimeout() ?? Infinity);
    return next === Infinity ? null : next;
  }
}

/** An event's fields in the notation: those that say nothing left out. */
function fieldsOf(event: object): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(event)) {
    if (name === 'link' || field === undefined || field === '') continue;
    found[name] = said(name, field as Encodable | ProtocolError);
  }
  return found;
}

function said(name: string, field: Encodable | ProtocolError): unknown {
  if (field instanceof ProtocolError) return { code: field.code, offset: field.offset, rule: field.rule };
  if (name === 'args') return (field as readonly Encodable[]).map(toNotation);
  if (name === 'value') return toNotation(field);
  if (field instanceof Uint8Array) return toHex(field);
  return name === 'id' || typeof field === 'bigint' ? `${field as Uint64}` : field;
}

function unhexAll(parts: Extract<Input, { receive: string }>['hex']): Uint8Array {
  return unhex(parts as Parameters<typeof unhex>[0]);
}

/** The frames of what was written, each as its bytes. */
function split(bytes: Uint8Array): string[] {
  return framesOf(bytes).map(toHex);
}
