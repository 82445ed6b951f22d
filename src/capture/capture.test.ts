import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureAnalyzer } from './capture.ts';
import type { CaptureHandler, Side } from './connection.ts';
import { CaptureError } from './errors.ts';
import type { Instant } from './packet.ts';
import { LINKTYPE_RAW, pcapngHeader, pcapngPacket } from './pcapng-writer.ts';
import { isCapture } from './magic.ts';
import { CaptureReader } from './reader.ts';
import { SyntheticConnection, TcpFlag, tcpPacket, type SegmentFields, type Socket } from './synthetic.ts';

const CLIENT: Socket = { address: Uint8Array.of(10, 0, 0, 1), port: 50_000 };
const SERVER: Socket = { address: Uint8Array.of(10, 0, 0, 2), port: 6379 };
const SIX = (last: number, port: number): Socket => ({
  address: Uint8Array.from({ length: 16 }, (_, i) => (i === 0 ? 0xfd : i === 15 ? last : 0)),
  port,
});

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const latin1 = (s: string): Uint8Array => new Uint8Array(Buffer.from(s, 'latin1'));
const at = (millis: number): Instant => ({ seconds: 1, nanoseconds: millis * 1e6 });

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A pcapng file of these packets. */
function file(packets: readonly Uint8Array[], linkType: number = LINKTYPE_RAW): Uint8Array {
  return join([pcapngHeader(linkType), ...packets.map((packet, i) => pcapngPacket(packet, at(i)))]);
}

/** A pcap file of these packets. */
function pcap(packets: readonly Uint8Array[], linkType: number, little = true, nano = false): Uint8Array {
  const head = new DataView(new ArrayBuffer(24));
  head.setUint32(0, nano ? 0xa1b2_3c4d : 0xa1b2_c3d4, little);
  head.setUint16(4, 2, little);
  head.setUint16(6, 4, little);
  head.setUint32(16, 65_535, little);
  head.setUint32(20, linkType, little);
  const records = packets.flatMap((packet, i) => {
    const record = new DataView(new ArrayBuffer(16));
    record.setUint32(0, 1, little);
    record.setUint32(4, i * (nano ? 1e6 : 1000), little);
    record.setUint32(8, packet.length, little);
    record.setUint32(12, packet.length, little);
    return [new Uint8Array(record.buffer), packet];
  });
  return join([new Uint8Array(head.buffer), ...records]);
}

function nameOf(side: Side): string {
  return `${side.connection.id} ${side === side.connection.client ? 'client' : 'server'}`;
}

/** The packets behind a header of the link. */
function framed(packets: readonly Uint8Array[], hex: string): Uint8Array[] {
  return packets.map((packet) => join([new Uint8Array(Buffer.from(hex, 'hex')), packet]));
}

/** What a capture says, a line for each event. */
function events(capture: Uint8Array, step = capture.length): string[] {
  const lines: string[] = [];
  const handler: CaptureHandler = {
    opened: ({ id, client, server }) => lines.push(`${id} ${client.name} > ${server.name}`),
    data: (from, bytes) => lines.push(`${nameOf(from)} ${text(bytes)}`),
    gap: (from, length) => lines.push(`${nameOf(from)} -${length}`),
    closed: ({ id }, how) => lines.push(`${id} ${how}`),
  };
  const analyzer = new CaptureAnalyzer(handler);
  for (let i = 0; i < capture.length; i += step) analyzer.push(capture.slice(i, i + step));
  analyzer.finish();
  return lines;
}

/** A conversation as packets. */
function conversation(client: Socket = CLIENT, server: Socket = SERVER): Uint8Array[] {
  const tcp = new SyntheticConnection(client, server);
  return [
    ...tcp.open(),
    ...tcp.data('client', latin1('PING')),
    ...tcp.data('server', latin1('PONG')),
    ...tcp.end('client'),
    ...tcp.end('server'),
  ];
}

const SAID = ['1 10.0.0.1:50000 > 10.0.0.2:6379', '1 client PING', '1 server PONG', '1 fin'];

const ETHERNET = '0102030405060708090a0b0c';
/** Link types, and what stands before an IPv4 packet and an IPv6 packet there. */
const LINKS: readonly (readonly [string, number, string, string])[] = [
  ['raw IP', 101, '', ''],
  ['raw IP of BSD', 12, '', ''],
  ['raw IP of OpenBSD', 14, '', ''],
  ['Ethernet', 1, `${ETHERNET}0800`, `${ETHERNET}86dd`],
  ['Ethernet with a VLAN', 1, `${ETHERNET}810000070800`, `${ETHERNET}8100000786dd`],
  ['Ethernet with two VLANs', 1, `${ETHERNET}88a80007810000080800`, `${ETHERNET}910000078100000886dd`],
  ['Linux cooked', 113, '00000304000600000000000000000800', '000003040006000000000000000086dd'],
  ['Linux cooked, version 2', 276, `0800${'00'.repeat(18)}`, `86dd${'00'.repeat(18)}`],
  [
    'Linux cooked, version 2, with a VLAN',
    276,
    `8100${'00'.repeat(18)}00070800`,
    `8100${'00'.repeat(18)}000786dd`,
  ],
  ['loopback, little-endian', 0, '02000000', '1e000000'],
  ['loopback, big-endian', 0, '00000002', '0000000a'],
  ['loopback of OpenBSD', 108, '00000002', '00000018'],
];

describe('a capture', () => {
  for (const [name, linkType, four, six] of LINKS) {
    it(`is read over ${name}`, () => {
      expect(events(file(framed(conversation(), four), linkType))).toEqual(SAID);
      expect(events(file(framed(conversation(SIX(1, 50_000), SIX(2, 6379)), six), linkType))).toEqual([
        '1 [fd00::1]:50000 > [fd00::2]:6379',
        ...SAID.slice(1),
      ]);
    });
  }

  it('is read as pcap in both byte orders and both units of time', () => {
    for (const little of [true, false]) {
      for (const nano of [true, false]) {
        const bytes = pcap(conversation(), LINKTYPE_RAW, little, nano);
        expect(events(bytes)).toEqual(SAID);
        const times = [...new CaptureReader().read(bytes)].map(({ time }) => time);
        expect(times[3]).toEqual({ seconds: 1, nanoseconds: 3e6 });
      }
    }
  });

  it('says the same at every chunking', () => {
    for (const bytes of [file(conversation()), pcap(conversation(), LINKTYPE_RAW)])
      for (const step of [1, 2, 3, 7, 31, 100]) expect(events(bytes, step)).toEqual(SAID);
  });

  it('is told by its first four bytes', () => {
    expect(isCapture(file([]))).toBe(true);
    expect(isCapture(pcap([], 1))).toBe(true);
    expect(isCapture(pcap([], 1, false))).toBe(true);
    expect(isCapture(latin1('*1\r\n'))).toBe(false);
    expect(isCapture(latin1('*1'))).toBe(false);
    expect(isCapture(file([]).subarray(0, 3))).toBe(undefined);
    expect(isCapture(new Uint8Array(0))).toBe(undefined);
  });

  it('is put together from IPv4 fragments in any order, those that are sent twice included', () => {
    const [a, b, c, data, ...rest] = conversation() as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const parts = fragments4(data, 8);
    expect(parts.length).toBe(3);
    const [x, y, z] = parts as [Uint8Array, Uint8Array, Uint8Array];
    expect(events(file([a, b, c, z, x, x, y, ...rest]))).toEqual(SAID);
  });

  it('is put together from IPv6 fragments', () => {
    const [a, b, c, data, ...rest] = conversation(SIX(1, 50_000), SIX(2, 6379)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const parts = fragments6(data, 16);
    expect(events(file([a, b, c, ...parts, ...rest]))).toContain('1 client PING');
  });

  it('passes over extension headers of IPv6', () => {
    const packets = conversation(SIX(1, 50_000), SIX(2, 6379)).map((packet) => withHeaders(packet));
    expect(events(file(packets)).slice(1)).toEqual(SAID.slice(1));
  });

  it('forgets nothing of a connection that begins before it', () => {
    expect(events(file(conversation().slice(3)))).toEqual(SAID);
  });

  it('tells by its ports who the server is where the begin is missing', () => {
    expect(events(file(conversation().slice(4))).slice(0, 2)).toEqual([
      '1 10.0.0.1:50000 > 10.0.0.2:6379',
      '1 server PONG',
    ]);
  });

  it('of one direction alone says how much of the other is missing', () => {
    const packets = conversation().filter((packet) => packet[15] === 1);
    // the FIN that is not there has a number too
    expect(events(file(packets))).toEqual([SAID[0], SAID[1], '1 server -5', '1 open']);
  });

  it('begins a new connection where ports are used again', () => {
    const again = conversation().map((packet) => shifted(packet, 70_000));
    expect(events(file([...conversation(), ...again]))).toEqual([
      ...SAID,
      ...SAID.map((line) => `2${line.slice(1)}`),
    ]);
  });

  it('takes a SYN that is sent again for what it is', () => {
    const [syn, ...rest] = conversation() as [Uint8Array];
    expect(events(file([syn, syn, ...rest]))).toEqual(SAID);
  });

  it('ends a connection at a reset', () => {
    const tcp = new SyntheticConnection(CLIENT, SERVER);
    const packets = [...tcp.open(), ...tcp.data('client', latin1('PING')), ...tcp.reset('server')];
    expect(events(file([...packets, ...tcp.data('client', latin1('late'))]))).toEqual([
      ...SAID.slice(0, 2),
      '1 reset',
    ]);
  });

  it('goes on after one side has ended', () => {
    const tcp = new SyntheticConnection(CLIENT, SERVER);
    const packets = [
      ...tcp.open(),
      ...tcp.end('client'),
      ...tcp.data('server', latin1('still here')),
      ...tcp.end('server'),
    ];
    expect(events(file(packets))).toEqual([SAID[0], '1 server still here', '1 fin']);
  });

  it('keeps 10,000 connections apart', () => {
    const ports = Array.from({ length: 10_000 }, (_, i) => i + 10_000);
    const all = ports.map((port) => conversation({ ...CLIENT, port }));
    const mixed = Array.from({ length: all[0]!.length }, (_, i) => all.map((packets) => packets[i]!)).flat();
    const lines = events(file(mixed), 1 << 16);
    expect(lines.length).toBe(40_000);
    expect(lines.filter((line) => line.endsWith('server PONG')).length).toBe(10_000);
  });

  it('forgets the oldest connection where there are too many', () => {
    const lines: string[] = [];
    const handler: CaptureHandler = {
      data: () => {},
      closed: ({ id }, how) => lines.push(`${id} ${how}`),
    };
    const analyzer = new CaptureAnalyzer(handler, { maxConnections: 2 });
    const opens = [1, 2, 3].map((port) => new SyntheticConnection({ ...CLIENT, port }, SERVER).open());
    analyzer.push(file(opens.flat()));
    analyzer.finish();
    expect(lines).toEqual(['1 forgotten', '2 open', '3 open']);
  });

  it('counts what it does not read', () => {
    const analyzer = new CaptureAnalyzer({ data: () => {} });
    const udp = conversation()[0]!.slice();
    udp[9] = 17;
    const arp = latin1('\x01no IP at all');
    analyzer.push(file([udp, arp, udp.subarray(0, 10), conversation()[0]!.subarray(0, 30)]));
    analyzer.finish();
    expect(analyzer.counts).toMatchObject({ packets: 4, tcp: 0, notIp: 1, broken: 2, fragments: 0 });
    expect(analyzer.counts.otherProtocols[17]).toBe(1);
  });
});

describe('a capture file that is at fault', () => {
  const whole = file(conversation());
  const cases: readonly (readonly [string, Uint8Array, number, RegExp])[] = [
    ['is no capture', latin1('*1\r\n$4\r\nPING\r\n'), 0, /neither a pcap nor a pcapng/],
    ['is empty', new Uint8Array(0), 0, /ends before/],
    ['ends within a header', pcap([], 1).subarray(0, 20), 20, /ends within/],
    ['ends within a packet', whole.subarray(0, whole.length - 5), whole.length - 5, /ends within/],
    ['says a length of a block that is none', patched(whole, 32, [13, 0, 0, 0]), 32, /a block of 13 bytes/],
    ['says two lengths', patched(whole, whole.length - 4, [8]), whole.length - 4, /two lengths/],
    [
      'says a packet longer than any',
      patched(pcap(conversation(), 1), 32, [0, 0, 0, 0x40]),
      24,
      /over the limit/,
    ],
    ['has a packet of no interface', patched(whole, 28 + 32 + 8, [9]), 28 + 32 + 8, /interface 9/],
    ['is of another version', patched(whole, 12, [7]), 12, /version 7/],
    ['is a pcap of another version', patched(pcap([], 1), 4, [9]), 4, /version 9/],
  ];
  for (const [name, bytes, offset, message] of cases) {
    it(`says where, if it ${name}`, () => {
      const fault = faultOf(() => events(bytes, bytes.length || 1));
      expect(fault).toBeInstanceOf(CaptureError);
      expect(fault).toMatchObject({ offset });
      expect(String(fault)).toMatch(message);
    });
  }

  it('never makes anything but a CaptureError, nor runs on, wherever bits are flipped', () => {
    const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(flips, fc.nat(whole.length), (changes, end) => {
        const bytes = whole.slice(0, end);
        for (const [place, xor] of changes) if (place < end) bytes[place]! ^= xor;
        const fault = faultOf(() => events(bytes, 64));
        expect(fault === undefined || fault instanceof CaptureError).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

function faultOf(run: () => void): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

function patched(bytes: Uint8Array, place: number, patch: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(patch, place);
  return copy;
}

/** The packet with its numbers moved. */
function shifted(packet: Uint8Array, by: number): Uint8Array {
  const copy = packet.slice();
  const view = new DataView(copy.buffer);
  view.setUint32(24, view.getUint32(24) + by);
  if (view.getUint32(28) > 0) view.setUint32(28, view.getUint32(28) + by);
  return copy;
}

/** An IPv4 packet in fragments of `size` bytes. */
function fragments4(packet: Uint8Array, size: number): Uint8Array[] {
  const payload = packet.subarray(20);
  const parts: Uint8Array[] = [];
  for (let offset = 0; offset < payload.length; offset += size) {
    const part = payload.subarray(offset, offset + size);
    const bytes = join([packet.subarray(0, 20), part]);
    const view = new DataView(bytes.buffer);
    view.setUint16(2, bytes.length);
    view.setUint16(4, 77);
    view.setUint16(6, (offset + size < payload.length ? 0x2000 : 0) | (offset / 8));
    parts.push(bytes);
  }
  return parts;
}

/** An IPv6 packet in fragments of `size` bytes. */
function fragments6(packet: Uint8Array, size: number): Uint8Array[] {
  const payload = packet.subarray(40);
  const parts: Uint8Array[] = [];
  for (let offset = 0; offset < payload.length; offset += size) {
    const part = payload.subarray(offset, offset + size);
    const head = Uint8Array.of(
      6,
      0,
      offset >> 8,
      (offset & 0xf8) | (offset + size < payload.length ? 1 : 0),
      0,
      0,
      0,
      9,
    );
    const bytes = join([packet.subarray(0, 40), head, part]);
    const view = new DataView(bytes.buffer);
    view.setUint16(4, bytes.length - 40);
    view.setUint8(6, 44);
    parts.push(bytes);
  }
  return parts;
}

/** An IPv6 packet with hop-by-hop options, an atomic fragment, and destination options of 16 bytes. */
function withHeaders(packet: Uint8Array): Uint8Array {
  const headers = Uint8Array.from([
    44,
    0,
    1,
    4,
    0,
    0,
    0,
    0,
    60,
    0,
    0,
    0,
    0,
    0,
    0,
    1,
    6,
    1,
    1,
    12,
    ...Array.from({ length: 12 }, () => 0),
  ]);
  const bytes = join([packet.subarray(0, 40), headers, packet.subarray(40)]);
  const view = new DataView(bytes.buffer);
  view.setUint16(4, bytes.length - 40);
  view.setUint8(6, 0);
  return bytes;
}

describe('packets that are made', () => {
  it('hold up to 65,000 bytes each', () => {
    const tcp = new SyntheticConnection(CLIENT, SERVER);
    const packets = tcp.data('client', new Uint8Array(130_001));
    expect(packets.map((packet) => packet.length - 40)).toEqual([65_000, 65_000, 1]);
  });

  it('have the checksums of RFC 1071', () => {
    const fields: SegmentFields = {
      sequence: 1,
      acknowledged: 2,
      flags: TcpFlag.ACK,
      payload: latin1('abc'),
    };
    for (const packet of [tcpPacket(CLIENT, SERVER, fields), tcpPacket(SIX(1, 1), SIX(2, 2), fields)]) {
      const six = packet.length === 63;
      const addresses = six ? packet.subarray(8, 40) : packet.subarray(12, 20);
      const segment = packet.subarray(six ? 40 : 20);
      const pseudo = join([addresses, Uint8Array.of(0, 6, 0, segment.length), segment, Uint8Array.of(0)]);
      expect(onesComplement(pseudo)).toBe(0xffff);
    }
  });

  it('have that of RFC 791 in the header of IPv4', () => {
    expect(onesComplement(conversation()[0]!.subarray(0, 20))).toBe(0xffff);
  });

  it('are of one family', () => {
    expect(() => new SyntheticConnection(CLIENT, SIX(1, 1))).toThrow(TypeError);
  });
});

/** The sum of 16-bit words, carries added: 0xffff over anything with a good checksum. */
function onesComplement(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i + 1 < bytes.length; i += 2) sum += bytes[i]! * 256 + bytes[i + 1]!;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}
