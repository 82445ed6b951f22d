import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CaptureAnalyzer } from '../capture/capture.ts';
import { readTls, type TlsHello } from './tls.ts';

/** What both sides of the recorded connections said first. */
function recorded(): { readonly client: Buffer; readonly server: Buffer }[] {
  const said: { client: Buffer; server: Buffer }[] = [];
  const analyzer = new CaptureAnalyzer({
    data(from, bytes) {
      const sides = (said[from.connection.id - 1] ??= { client: Buffer.alloc(0), server: Buffer.alloc(0) });
      const side = from === from.connection.client ? 'client' : 'server';
      sides[side] = Buffer.concat([sides[side], bytes]);
    },
  });
  analyzer.push(readFileSync(new URL('../../spec/captures/tls.pcap', import.meta.url)));
  analyzer.finish();
  return said;
}

const [old, now] = recorded() as [{ client: Buffer; server: Buffer }, { client: Buffer; server: Buffer }];
const NOTHING: TlsHello = { version: undefined, serverName: undefined };

describe('the beginning of TLS', () => {
  it('says its version and the server’s name', () => {
    expect(readTls(old.client, old.server, false)).toEqual({ version: '1.2', serverName: 'cache.example' });
    expect(readTls(now.client, now.server, false)).toEqual({ version: '1.3', serverName: 'chat.example' });
  });

  it('says it once all of it is there, and at the end what there is', () => {
    const all = readTls(now.client, now.server, false);
    const seen = Array.from({ length: 600 }, (_, cut) =>
      readTls(now.client.subarray(0, cut), now.server, false),
    );
    const from = seen.findIndex((hello) => hello !== undefined);
    expect(from).toBeGreaterThan(100);
    expect(seen.slice(from).every((hello) => hello?.serverName === all?.serverName)).toBe(true);
    expect(readTls(now.client, new Uint8Array(0), false)).toBeUndefined();
    expect(readTls(now.client, new Uint8Array(0), true)).toEqual({ ...NOTHING, serverName: 'chat.example' });
    expect(readTls(new Uint8Array(0), now.server, true)).toEqual({ ...NOTHING, version: '1.3' });
  });

  it('is read when it lies in several records', () => {
    const hello = now.client.subarray(5, 5 + now.client.readUInt16BE(3));
    const records = Array.from({ length: Math.ceil(hello.length / 7) }, (_, i) => {
      const part = hello.subarray(7 * i, 7 * i + 7);
      return Buffer.concat([Uint8Array.of(22, 3, 1, 0, part.length), part]);
    });
    expect(readTls(Buffer.concat(records), now.server, false)?.serverName).toBe('chat.example');
  });

  it('says nothing that is not fit to print, and never fails, whatever it is', () => {
    const name = now.client.indexOf('chat.example');
    const evil = Buffer.from(now.client);
    evil[name] = 0x1b;
    expect(readTls(evil, now.server, false)).toEqual({ version: '1.3', serverName: undefined });
    const flips = fc.array(fc.tuple(fc.nat(now.client.length - 1), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(
        flips,
        fc.nat(now.client.length),
        fc.uint8Array({ maxLength: 80 }),
        (changes, cut, other) => {
          const client = Buffer.from(now.client);
          for (const [at, byte] of changes) client[at] = byte;
          const found = [readTls(client.subarray(0, cut), now.server, true), readTls(client, other, true), readTls(other, other, true)]; // prettier-ignore
          for (const hello of found) expect(hello!.serverName ?? '').toMatch(/^[\w.-]*$/);
        },
      ),
      { numRuns: 300 },
    );
  });
});
