/** What inspection hides of Redis's commands: what Redis's own logs do, in RESP and in the frames that carry it. */
import { describe, expect, it } from 'vitest';
import { commandFrame } from '../exchange/index.ts';
import { encodeFrame } from '../frame/all.ts';
import { RespWriter } from '../resp/index.ts';
import { inspectFrames, type Row } from './index.ts';
import { inspectResp } from './resp.ts';

const told = (rows: Iterable<Row>): string =>
  Array.from(
    rows,
    ({ bytes, meaning, path }) =>
      `${Buffer.from(bytes).toString('latin1')} ${meaning} ${JSON.stringify(path)}`,
  ).join('\n');

/** Words of commands: those that begin with s3 are secrets, all others have to be seen. */
const COMMANDS = [
  'AUTH s3cret',
  'auth s3user s3cret',
  'HELLO 3 AUTH s3user s3cret SETNAME me',
  'HELLO 3 SETNAME auth-less',
  'ACL SETUSER s3user s3on s3>cret',
  'acl setuser s3user s3#hash',
  'ACL GETUSER alice',
  'ACL LOG RESET',
  'CLIENT KILL USER alice',
  'CONFIG SET requirepass s3cret',
  'config set maxmemory 1 MasterAuth s3cret masteruser s3user save x tls-key-file-pass s3cret',
  'CONFIG SET save requirepass',
  'CONFIG GET requirepass',
  'MIGRATE host 6379 key 0 10 AUTH s3cret',
  'MIGRATE host 6379 AUTH 0 10 COPY AUTH2 s3user s3cret KEYS AUTH a',
  'SENTINEL SET primary auth-pass s3cret',
  'SET AUTH value',
  'EVAL auth 0',
];

describe('passwords of Redis', () => {
  it.each(COMMANDS)('are the secrets of %s', (line) => {
    const parts = line.split(' ');
    const writer = new RespWriter();
    writer.command(parts);
    const resp = writer.take();
    const frame = encodeFrame(commandFrame({ parts, inline: false }, 1));
    const plain = parts.slice(1).filter((part) => !part.startsWith('s3'));
    // an array may also be a reply
    for (const rows of [inspectResp(resp, { side: 'client' }), inspectResp(resp), inspectFrames(frame)]) {
      const text = told(rows);
      expect(text).not.toContain('s3');
      expect(plain.filter((part) => !text.includes(part))).toEqual([]);
    }
    for (const rows of [
      inspectResp(resp, { showSecrets: true }),
      inspectFrames(frame, { showSecrets: true }),
    ]) {
      const text = told(rows);
      expect(parts.slice(1).filter((part) => !text.includes(part))).toEqual([]);
    }
  });

  it.each([...COMMANDS, `"AUTH" s3cret`, `'auth' 's3cret'`, String.raw`"\x61UTH" s3cret`, ' \tAUTH "s3 cret', 'HELLO 3 AUTH "s3 user" "s3\\"cret"'])(
    'hide the whole of an inline command that has some: %s',
    (line) => {
      const resp = told(inspectResp(Buffer.from(`${line}\r\n`), { side: 'client' }));
      const carried = encodeFrame(commandFrame({ parts: [`${line}\r`], inline: true }, 1));
      const frame = told(inspectFrames(carried));
      const secret = line.includes('s3');
      expect([resp.includes(line), resp.includes('s3')]).toEqual([!secret, false]);
      expect([frame.includes(line), frame.includes('s3')]).toEqual([!secret, false]);
    },
  ); // prettier-ignore

  it('stay hidden where the stream is cut, or at fault behind them', () => {
    const writer = new RespWriter();
    writer.command(['HELLO', '3', 'AUTH', 'user', 's3cret-long']);
    const resp = writer.take();
    for (let end = 0; end <= resp.length; end++)
      expect(told(inspectResp(resp.subarray(0, end), { side: 'client' }))).not.toContain('s3');
    const broken = Buffer.from('*2\r\n$4\r\nAUTH\r\n$4\r\ns3cret\r\n');
    expect(told(inspectResp(broken, { side: 'client' }))).not.toContain('s3');
    expect(told(inspectResp(Buffer.from('PING\r\n*x\r\n*2\r\n$4\r\nAUTH\r\n$2\r\ns3\r\n'), { side: 'client' }))).not.toContain('s3'); // prettier-ignore
    expect(told(inspectResp(Buffer.from('AUTH s3cret'), { side: 'client' }))).not.toContain('s3');
    const frame = encodeFrame({ kind: 'COMMAND', id: 1, verb: 'CONFIG', args: ['SET', 'requirepass', 's3cret'] });
    for (let end = 0; end <= frame.length; end++) {
      const cut = Buffer.from(frame.subarray(0, end));
      expect(told(inspectFrames(cut))).not.toContain('s3');
      if (end < 2) continue;
      cut[0] = 0x1f; // a head that says less than there is
      cut[1] = Math.max(0, end - 17);
      expect(told(inspectFrames(cut))).not.toContain('s3cret');
    }
  }); // prettier-ignore
});
