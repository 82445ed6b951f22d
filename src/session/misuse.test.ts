import { describe, expect, it } from 'vitest';
import { decodeFrames, encodeFrame } from '../frame/all.ts';
import { ClientSession } from './client.ts';
import type { SessionEvent } from './events.ts';
import type { Link } from './link.ts';
import { MemoryJournal } from './memory-journal.ts';
import { Acceptor } from './acceptor.ts';
import type { ServerSession } from './server.ts';

const ANSWER = encodeFrame({ kind: 'HELLO', form: 'answer', version: 1, token: new Uint8Array([1]) });

/** A client with a session, and its link. */
function opened(): [ClientSession, Link] {
  const session = new ClientSession();
  const link = session.connect(0);
  link.output(0);
  link.receive(ANSWER, 0);
  while (session.poll() !== undefined);
  return [session, link];
}

function all(session: ClientSession | ServerSession): SessionEvent[] {
  const events: SessionEvent[] = [];
  for (let event = session.poll(); event !== undefined; event = session.poll()) events.push(event);
  return events;
}

/** What the pushes among these frames say. */
function texts(bytes: Uint8Array): unknown[] {
  return decodeFrames(bytes).map((body) => (body.kind === 'PUSH' ? body.args[0] : body.kind));
}

describe('a session used in another way than it is meant', () => {
  it('writes one PING however often it is asked for one, and none that is not wanted any more [SESSION-26]', () => {
    const [session, link] = opened();
    for (let i = 0; i < 1000; i++) expect(session.ping(i)).toBe(true);
    expect(decodeFrames(link.output(1000)!)).toHaveLength(1);
    expect(link.output(1000)).toBeUndefined();
    expect(session.ping(1001)).toBe(true);
    expect(decodeFrames(link.output(1001)!)).toHaveLength(1);
  });

  it.each([
    ['a value that is none', 'SEND', [Symbol('x')]],
    ['a verb of no characters', '', []],
    ['a verb of 65 characters', 'v'.repeat(65), []],
  ])('refuses %s, and closes as if it had not been given', (_name, verb, args) => {
    for (const session of [opened()[0], new ClientSession()]) {
      expect(() => session.command(verb, args as never)).toThrow(/./);
      session.close({}, 0);
      expect([session.state, all(session).map(({ type }) => type)]).toEqual(['closed', ['closed']]);
    }
  });

  it('writes each of two frames whole where a value sends one while it is read', () => {
    const [session, link] = opened();
    const [other, otherLink] = opened();
    const greedy = {
      get text() {
        session.push('NEWS', ['same session']);
        other.push('NEWS', ['another session']);
        return 'outer';
      },
    };
    session.push('NEWS', [greedy]);
    const inner = texts(link.output(0)!);
    expect(inner).toContainEqual('same session');
    expect(inner.at(-1)).toEqual({ text: 'outer' });
    expect(new Set(texts(otherLink.output(0)!))).toEqual(new Set(['another session']));
  });

  it('shares no writer with another link while something is to be written', () => {
    const links = Array.from({ length: 12 }, () => new ClientSession({ agent: 'a' }).connect(0));
    const hellos = links.map((link) => link.output(0)!);
    expect(new Set(hellos.map(String)).size).toBe(1);
    expect(links.map((link) => link['pending'])).toEqual(links.map(() => undefined));
    expect(links.map((link) => link.output(0))).toEqual(links.map(() => undefined));
  });

  it('refuses commands and pushes once it closes, and links when it is closed', () => {
    const [session] = opened();
    session.command('SEND', []);
    session.close({}, 0);
    expect(() => session.command('SEND', [])).toThrow('closing or closed');
    expect(() => session.push('NEWS', [])).toThrow('closing or closed');
    session.abort();
    expect(() => session.connect(0)).toThrow('a session that is closed knows no connect');
    expect([session.nextTimeout(), all(session).at(-1)?.type]).toEqual([Infinity, 'closed']);
  });

  it('refuses an answer to what was not asked', () => {
    const [session] = opened();
    expect(() => session.reply(1, null)).toThrow(RangeError);
    expect(() => session.part(1, null)).toThrow(RangeError);
  });

  it('keeps a command open whose answer could not be encoded', () => {
    const [session, link] = opened();
    link.receive(encodeFrame({ kind: 'COMMAND', id: 1, verb: 'app.ask', args: [] }), 0);
    session.poll();
    expect(() => session.reply(1, Symbol('x') as never)).toThrow(/./);
    session.reply(1, 'good');
    expect(() => session.reply(1, 'again')).toThrow(RangeError);
  });

  it('takes no number that is none', () => {
    const [session, link] = opened();
    link.receive(encodeFrame({ kind: 'PUSH', verb: 'NEWS', args: [] }), 0);
    for (const number of [Number.NaN, -1, Infinity, 2]) session.take(number);
    expect(session.checkpoint().taken).toBe(0);
  });

  it('is restored only when it is new', () => {
    const journal = new MemoryJournal();
    journal.save({
      tokens: [new Uint8Array([1])],
      attempt: 1,
      peer: { kind: 'HELLO', form: 'answer', version: 1 },
    });
    const saved = journal.saved()!;
    expect(() => opened()[0].restore(saved)).toThrow('only a new session');
    const session = new ClientSession();
    session.command('SEND', []);
    expect(() => session.restore(saved)).toThrow('only a new session');
  });

  it('accepts only a link that has offered a session', () => {
    const acceptor = new Acceptor({}, (length) => new Uint8Array(length));
    const link = acceptor.open(0);
    expect(() => acceptor.accept(link, 0)).toThrow('waits for no session');
    link.receive(encodeFrame({ kind: 'HELLO', form: 'offer', versions: [1, 1] }), 0);
    acceptor.accept(link, 0);
    expect(() => acceptor.accept(link, 0)).toThrow('waits for no session');
  });

  it('says nothing on a link that is over, whatever it is told', () => {
    const [session, link] = opened();
    link.lost(1);
    link.receive(ANSWER, 2);
    link.lost(3);
    link.handleTimeout(1_000_000);
    link.close({ scope: 'link', received: 0, code: 0, after: 0, text: '' });
    expect([link.output(4), link.nextTimeout()]).toEqual([undefined, Infinity]);
    expect(all(session)).toEqual([{ type: 'broken', why: 'lost' }]);
  });

  it('gives what inflate throws as a fault of the PACK', () => {
    const session = new ClientSession({
      inflate: () => {
        throw new Error('incorrect header check');
      },
    });
    const link = session.connect(0);
    link.receive(ANSWER, 0);
    link.receive(encodeFrame({ kind: 'PACK', dictionary: 0, length: 3, deflated: new Uint8Array(2) }), 0);
    expect(all(session)[1]).toMatchObject({
      why: 'fault',
      error: { code: 'PACK_CONTENT', offset: ANSWER.length },
    });
  });
});
