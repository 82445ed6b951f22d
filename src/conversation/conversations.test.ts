import { describe, expect, it } from 'vitest';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { CaptureAnalyzer } from '../capture/capture.ts';
import type { Side } from '../capture/connection.ts';
import { LINKTYPE_RAW, pcapngHeader, pcapngPacket } from '../capture/pcapng-writer.ts';
import { SyntheticConnection, type End, type Socket } from '../capture/synthetic.ts';
import { frameName } from '../frame/kinds.ts';
import { encodeFrame, type FrameBody } from '../frame/all.ts';
import { Conversations, type ConversationOptions } from './conversations.ts';
import { roundTrip } from './petrel.ts';
import type { ConversationHandler, Said } from './said.ts';

const SERVER: Socket = { address: Uint8Array.of(10, 0, 0, 2), port: 7000 };
const client = (port: number): Socket => ({ address: Uint8Array.of(10, 0, 0, 1), port });

const HELLO: FrameBody = { kind: 'HELLO', form: 'offer', versions: [1, 1] };
const TOKEN = new Uint8Array(16).fill(7);
const NEXT_TOKEN = new Uint8Array(16).fill(8);
const WELCOME: FrameBody = { kind: 'HELLO', form: 'answer', version: 1, token: TOKEN };

type Turn = readonly [from: End, ...said: (FrameBody | string | Uint8Array)[]] | 'gap';

const bytesOf = (said: FrameBody | string | Uint8Array): Uint8Array =>
  said instanceof Uint8Array
    ? said
    : typeof said === 'string'
      ? new Uint8Array(Buffer.from(said, 'latin1'))
      : encodeFrame(said);

/** A connection as packets: what is said in one turn is in one segment; a gap takes the turn before it out of the capture. */
function connection(port: number, turns: readonly Turn[], begin = true, end = true): Uint8Array[] {
  const tcp = new SyntheticConnection(client(port), SERVER);
  const open = tcp.open();
  let packets = begin ? open : [];
  let before = packets;
  for (const turn of turns) {
    if (turn === 'gap') {
      packets = before;
      continue;
    }
    before = [...packets];
    const [from, ...said] = turn;
    packets.push(...tcp.data(from, new Uint8Array(Buffer.concat(said.map(bytesOf)))));
  }
  if (end) packets.push(...tcp.end('client'), ...tcp.end('server'));
  return packets;
}

function arrow(side: Side): string {
  return `${side.connection.id}${side === side.connection.client ? '>' : '<'}`;
}

/** What is said in a capture of these packets, a millisecond between them, one line each. */
function lines(packets: readonly Uint8Array[], options: ConversationOptions = {}): string[] {
  const out: string[] = [];
  tell(
    packets,
    {
      said(said) {
        const { from, kind, body, fault, number, request, remarks, packed, session } = said;
        const id = body !== undefined && 'id' in body ? ` ${body.id}` : '';
        const took = roundTrip(said);
        const parts = [
          `${arrow(from)}${session ? `s${session.id}` : ''}${packed ? '+' : ''} ${frameName(kind)}${id}`,
          number !== undefined && `#${number}`,
          fault && fault.code,
          request && `${request.verb} ${Math.round(took! * 1000)} ms`,
          ...remarks.map((remark) => `(${remark})`),
        ];
        out.push(parts.filter(Boolean).join(' '));
      },
      speaks: ({ id }, protocol) => out.push(`${id} speaks ${protocol}`),
      missing: (from, length) => out.push(`${arrow(from)} -${length}`),
      unread: (from, length, why) => out.push(`${arrow(from)} unread ${length} ${why?.code ?? ''}`.trim()),
      unanswered: ({ id, verb }, from) => out.push(`${arrow(from)} unanswered ${id} ${verb}`),
    },
    options,
  );
  return out;
}

/** Tells of the conversations in a capture of these packets, a millisecond between them. */
function tell(
  packets: readonly Uint8Array[],
  handler: ConversationHandler,
  options?: ConversationOptions,
): void {
  const analyzer = new CaptureAnalyzer(new Conversations(handler, options));
  analyzer.push(pcapngHeader(LINKTYPE_RAW));
  for (const [i, packet] of packets.entries())
    analyzer.push(pcapngPacket(packet, { seconds: 0, nanoseconds: i * 1e6 }));
  analyzer.finish();
}

const resume = (form: 'offer' | 'answer', received: number, next: number): FrameBody => ({
  kind: 'RESUME',
  form,
  token: form === 'offer' ? TOKEN : NEXT_TOKEN,
  attempt: 1,
  received,
  next,
});
const inflate = (deflated: Uint8Array): Uint8Array => inflateRawSync(deflated);
const command = (id: number, verb = 'send'): FrameBody => ({
  kind: 'COMMAND',
  id,
  verb,
  args: ['some words to say'],
});
const reply = (id: number): FrameBody => ({ kind: 'REPLY', id, value: true });

describe('a conversation in Petrel', () => {
  it('has each reply with its command, how long it took, and the numbers of what is counted', () => {
    const packets = connection(50_000, [
      ['client', HELLO, command(1)],
      ['server', WELCOME],
      ['client', command(2, 'sync')],
      ['server', { kind: 'PUSH', verb: 'news', args: [] }, reply(2)],
      ['server', { kind: 'PART', id: 1, value: 'a' }, reply(1)],
      ['client', { kind: 'ACK', received: 4 }],
    ]);
    expect(lines(packets)).toEqual([
      '1 speaks petrel',
      '1>s1 HELLO',
      '1>s1 COMMAND 1 #1',
      '1<s1 HELLO',
      '1>s1 COMMAND 2 #2',
      '1<s1 PUSH #1',
      '1<s1 REPLY 2 #2 sync 1 ms',
      '1<s1 PART 1 #3 send 4 ms',
      '1<s1 REPLY 1 #4 send 4 ms',
      '1>s1 ACK',
    ]);
  });

  it('goes on over connections of one session, and says what was sent again', () => {
    const first = connection(
      50_000,
      [
        ['client', HELLO, command(1), command(2)],
        ['server', WELCOME, reply(1)],
      ],
      true,
      false,
    );
    const second = connection(50_001, [
      ['client', resume('offer', 1, 2), command(2)],
      ['server', resume('answer', 2, 2), reply(2)],
    ]);
    expect(lines([...first, ...second]).slice(6)).toEqual([
      '2 speaks petrel',
      '2>s1 RESUME',
      '2>s1 COMMAND 2 #2 (sent again)',
      '2<s1 RESUME',
      '2<s1 REPLY 2 #2 send 6 ms',
    ]);
  });

  it('says what breaks the rules of a session', () => {
    const packets = connection(50_000, [
      ['client', HELLO, command(1), command(1)],
      ['server', WELCOME, reply(9), { kind: 'ACK', received: 3 }, { kind: 'ACK', received: 1 }],
    ]);
    expect(lines(packets).slice(2)).toEqual([
      '1>s1 COMMAND 1 #1',
      '1>s1 COMMAND 1 #2 (id taken)',
      '1<s1 HELLO',
      '1<s1 REPLY 9 #1 (not asked)',
      '1<s1 ACK (acknowledges more than was sent)',
      '1<s1 ACK (acknowledges less than before)',
      '1> unanswered 1 send',
    ]);
  });

  it('shows what a PACK holds behind it', () => {
    const inner = Buffer.concat([encodeFrame(command(1)), encodeFrame(command(2))]);
    const pack: FrameBody = {
      kind: 'PACK',
      dictionary: 0,
      length: inner.length,
      deflated: deflateRawSync(inner),
    };
    const packets = connection(50_000, [
      ['client', HELLO],
      ['server', WELCOME],
      ['client', pack],
    ]);
    expect(lines(packets, { inflate }).slice(3)).toEqual([
      '1>s1 PACK',
      '1>s1+ COMMAND 1 #1',
      '1>s1+ COMMAND 2 #2',
      '1> unanswered 1 send',
      '1> unanswered 2 send',
    ]);
  });

  it('names the fault of a payload and goes on, and stops at bad framing', () => {
    const packets = connection(50_000, [
      ['client', HELLO, Uint8Array.of(0x12, 0x01, 0xff), command(2), Uint8Array.of(0, 0, 0)],
      ['client', command(3)],
    ]);
    expect(lines(packets).slice(2)).toEqual([
      '1>s1 COMMAND #1 VERB_FORM',
      '1>s1 COMMAND 2 #2',
      '1> unread 3 FRAME_ILLEGAL',
      `1> unread ${encodeFrame(command(3)).length}`,
      '1> unanswered 2 send',
    ]);
  });

  it('is entered in its midst at the next boundary that holds', () => {
    const whole = Buffer.concat([1, 2, 3, 4].map((id) => encodeFrame(command(id))));
    for (let cut = 0; cut < 12; cut++) {
      const packets = connection(
        50_000,
        [
          ['client', new Uint8Array(whole.subarray(cut))],
          ['server', reply(2), reply(3)],
        ],
        false,
      );
      const said = lines(packets).filter((line) => line.includes('COMMAND'));
      const all = ['1> COMMAND 1', '1> COMMAND 2', '1> COMMAND 3', '1> COMMAND 4'];
      expect(said).toEqual(cut === 0 ? all : all.slice(1));
    }
  });

  it('is found again behind a gap', () => {
    const packets = connection(50_000, [
      ['client', HELLO, command(1)],
      ['server', WELCOME],
      ['client', command(2)],
      'gap',
      ['client', command(3), command(4), command(5)],
    ]);
    const size = encodeFrame(command(2)).length;
    expect(lines(packets).slice(4)).toEqual([
      `1> -${size}`,
      '1>s1 COMMAND 3',
      '1>s1 COMMAND 4',
      '1>s1 COMMAND 5',
      ...[1, 3, 4, 5].map((id) => `1> unanswered ${id} send`),
    ]);
  });

  it('tells commands without a reply where nothing more comes', () => {
    const packets = connection(
      50_000,
      [
        ['client', command(1), command(2), command(3)],
        ['server', reply(2), reply(7)],
      ],
      false,
    );
    expect(lines(packets).filter((line) => line.includes('unanswered'))).toEqual([
      '1> unanswered 1 send',
      '1> unanswered 3 send',
    ]);
  });
});

/** A text in pieces of `size`. */
const pieces = (items: readonly string[], size: number): string[] =>
  items.join('').match(new RegExp(`[^]{1,${size}}`, 'g'))!;

describe('commands of a session without a reply', () => {
  it('are told when the capture ends, also those of a connection before', () => {
    const packets = [
      ...connection(50_000, [
        ['client', HELLO, command(1), command(2)],
        ['server', WELCOME],
      ]),
      ...connection(50_001, [
        ['client', resume('offer', 0, 3)],
        ['server', resume('answer', 2, 1), reply(1)],
      ]),
    ];
    expect(lines(packets).slice(-2)).toEqual(['2<s1 REPLY 1 #1 send 10 ms', '2> unanswered 2 send']);
  });

  it('are told with the connection on which the session was closed', () => {
    const close: FrameBody = { kind: 'CLOSE', scope: 'session', received: 1, code: 0, after: 0, text: '' };
    const packets = [
      ...connection(50_000, [
        ['client', HELLO, command(1)],
        ['server', WELCOME, close],
      ]),
      ...connection(50_001, [['client', HELLO]]),
    ];
    const said = lines(packets);
    expect(said.indexOf('1> unanswered 1 send')).toBeLessThan(said.indexOf('2>s2 HELLO'));
    expect(said).toContain('1> unanswered 1 send');
  });
});

describe('a conversation in RESP', () => {
  it('has each reply with its command, pushes apart', () => {
    const packets = connection(50_000, [
      ['client', '*1\r\n$4\r\nPING\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\nc\r\n'],
      ['server', '+PONG\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n'],
      ['server', '*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n'],
    ]);
    expect(lines(packets)).toEqual([
      '1 speaks resp',
      '1> COMMAND 1',
      '1> COMMAND 2',
      '1< REPLY 1 PING 1 ms',
      '1< REPLY 2 SUBSCRIBE 1 ms',
      '1< PUSH',
    ]);
  });

  it('hands each item out with all its bytes, wherever segments end', () => {
    const asked = ['*1\r\n$4\r\nPING\r\n', '\r\nget name\r\n', '*2\r\n$3\r\nGET\r\n$1\r\nk\r\n'];
    const answered = ['+PONG\r\n', '$3\r\nAda\r\n', '*2\r\n:1\r\n$-1\r\n'];
    for (const size of [1, 2, 5, 9, 30, 100]) {
      const packets = connection(50_000, [
        ...pieces(asked, size).map((text): Turn => ['client', text]),
        ...pieces(answered, size).map((text): Turn => ['server', text]),
      ]);
      const found: Record<'client' | 'server', string[]> = { client: [], server: [] };
      const said = ({ connection: { client: asks }, from, bytes, length }: Said): void => {
        expect(bytes).toHaveLength(length);
        found[from === asks ? 'client' : 'server'].push(Buffer.from(bytes).toString('latin1'));
      };
      tell(packets, { said });
      expect(found).toEqual({ client: asked, server: answered });
    }
  });

  it('stops at a fault, and says where', () => {
    const packets = connection(50_000, [
      ['client', '*1\r\n$4\r\nPING\r\n*1\r\n$x\r\n'],
      ['server', '+PONG\r\n'],
    ]);
    expect(lines(packets)).toEqual([
      '1 speaks resp',
      '1> COMMAND 1',
      '1> unread 8 RESP_NUMBER',
      '1< REPLY 1 PING 1 ms',
    ]);
  });
});

describe('more commands of RESP than are remembered', () => {
  const PING = '*1\r\n$4\r\nPING\r\n';
  const QUEUED = '+QUEUED\r\n';

  it('are shown, and no reply is paired with the wrong one', () => {
    const said = lines(
      connection(50_000, [
        ['client', PING.repeat(65_537)],
        ['server', '+PONG\r\n'],
      ]),
    );
    expect(said.filter((line) => line.includes('too many'))).toEqual(['1> COMMAND 65537 (too many wait)']);
    expect(said.at(-1)).toBe('1< REPLY 2');
  });

  it('are shown also where they wait in a transaction', () => {
    const said = lines(
      connection(50_000, [
        ['client', '*1\r\n$5\r\nMULTI\r\n' + PING.repeat(40_000)],
        ['server', '+OK\r\n' + QUEUED.repeat(40_000)],
        ['client', PING.repeat(30_000)],
        ['server', QUEUED.repeat(30_000)],
        ['client', PING],
        ['server', '+PONG\r\n'],
      ]),
    );
    expect(said.filter((line) => line.includes('too many'))).toEqual(['1> COMMAND 70002 (too many wait)']);
    expect(said.at(-1)).toMatch(/^1< (REPLY|PUSH)/);
  });
});

describe('a connection that speaks something else', () => {
  const cases: readonly (readonly [string, readonly Turn[]])[] = [
    ['tls', [['client', Uint8Array.of(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0)]]],
    ['http', [['client', 'GET / HTTP/1.1\r\n\r\n']]],
    ['unknown', [['server', 'SSH-2.0-OpenSSH_9\r\n']]],
  ];
  for (const [protocol, turns] of cases)
    it(`is named: ${protocol}`, () =>
      expect(lines(connection(50_000, turns))).toEqual([`1 speaks ${protocol}`]));
});
