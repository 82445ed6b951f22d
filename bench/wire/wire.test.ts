import { describe, expect, it } from 'vitest';
import { OTHERS, PETREL } from './protocols.ts';
import { cost, type Cost } from './scenarios.ts';
import { scripted, type Script } from './script.ts';
import { Wire } from './wire.ts';

describe('a wire', () => {
  it('puts what is written at one moment into one segment, and acknowledges it with one of its own', () => {
    const wire = new Wire();
    wire.write('client', 'one');
    wire.write('client', 'two');
    wire.run(1000);
    expect(wire.take()).toEqual({ bytes: 6, segments: 2, withHeaders: 86 });
  });

  it('acknowledges with what is written back in time', () => {
    const wire = new Wire();
    wire.write('client', 'ask', () => {
      wire.write('server', 'answer');
    });
    wire.run(1000);
    // ask, answer, and the acknowledgement of the answer
    expect(wire.take()).toEqual({ bytes: 9, segments: 3, withHeaders: 129 });
  });

  it('cuts what is longer than a segment', () => {
    const wire = new Wire();
    wire.write('client', new Uint8Array(1461));
    wire.run(1000);
    expect(wire.take().segments).toBe(3);
  });

  it('does what is due at one moment in the order in which it was asked for, and nothing later', () => {
    const wire = new Wire();
    const done: string[] = [];
    for (const [at, name] of [
      [5, 'b'],
      [1, 'a'],
      [5, 'c'],
      [6, 'd'],
    ] as const)
      wire.at(at, () => done.push(name));
    wire.run(5);
    expect(done).toEqual(['a', 'b', 'c']);
    expect(wire.now).toBe(5);
  });
});

describe('a scripted protocol', () => {
  const script: Script = {
    name: 'test',
    connect: ['hello', 'hi'],
    up: () => ['message', 'ok'],
    down: () => ['news', 'ok'],
  };
  const chat = (heartbeat?: Script['heartbeat']): Cost =>
    cost(() => scripted({ ...script, ...(heartbeat && { heartbeat }) }));

  it('costs what its writes take', () => {
    const { connect, chat: said, up, down } = chat();
    expect([connect.bytes, up.bytes, down.bytes, said.bytes]).toEqual([7, 9, 6, 20 * 15]);
    expect(said.segments).toBe(20 * 6);
  });

  it('beats by the clock whatever is said, or only when its side was silent', () => {
    const says = ['p', 'p'];
    // ten minutes behind the 15 seconds of connecting
    expect(chat({ by: 'client', every: 60_000, counts: 'by the clock', says }).chat.bytes).toBe(300 + 2 * 10);
    expect(chat({ by: 'client', every: 31_000, counts: 'from its last write', says }).chat.bytes).toBe(300);
    // between two messages of the client lie 30 seconds, of which its acknowledgements break one
    const often = chat({ by: 'client', every: 10_000, counts: 'from its last write', says });
    expect(often.chat.bytes).toBeGreaterThan(300);
  });
});

describe('the same chat', () => {
  const [petrel, ...variants] = PETREL.map(cost);
  const others = OTHERS.map(cost);

  it.each(others.map((other) => [other.name, other] as const))(
    'takes more bytes in %s than in Petrel',
    (_, other) => {
      expect(petrel!.chat.bytes).toBeLessThan(other.chat.bytes);
      expect(petrel!.up.bytes).toBeLessThan(other.up.bytes);
      expect(petrel!.down.bytes).toBeLessThan(other.down.bytes);
      expect(petrel!.connect.bytes).toBeLessThan(other.connect.bytes);
    },
  );

  it('takes the fewest with TCP/IP when ACKs wait for something to travel with', () => {
    const patient = variants.find(({ name }) => name.includes('30 s'))!;
    for (const { chat } of [petrel!, ...others])
      expect(patient.chat.withHeaders).toBeLessThan(chat.withHeaders);
  });

  it('is what the frames of the specification add up to', () => {
    // COMMAND 112, REPLY 3 and ACK 2, ACK 2; PUSH 109, ACK 2
    expect(petrel!.up.bytes).toBe(110 + 2 + 3 + 2);
    expect(petrel!.down.bytes).toBe(109 + 2);
    expect(petrel!.chat.bytes).toBe(20 * (117 + 111));
  });
});
