/** How halves end whose link brings no session: their sockets are told at once, not by a deadline. */
import { describe, expect, it } from 'vitest';
import { decodeFrames, encodeFrame, type FrameBody } from '../frame/all.ts';
import { ServerHalf } from './index.ts';

const TOKEN = new Uint8Array(16).fill(7);
const RESUME: FrameBody = {
  kind: 'RESUME',
  form: 'offer',
  token: TOKEN,
  attempt: 1,
  received: 0,
  next: 1,
};

describe('a half at the server', () => {
  it('ends with a link that asks for a session which there is not', () => {
    const half = new ServerHalf({}, 0);
    half.fromLink(encodeFrame(RESUME), 0);
    expect(decodeFrames(half.takeLink())).toMatchObject([{ kind: 'CLOSE', scope: 'session', code: 6 }]);
    expect([half.linkEnds, half.respEnds, half.over, half.deadline]).toEqual([true, true, true, Infinity]);
  });

  it('ends at once when what it serves is gone before anybody has said who it is', () => {
    const half = new ServerHalf({}, 0);
    half.fromRespEnd(0, 'refused');
    expect(decodeFrames(half.takeLink())).toMatchObject([{ kind: 'CLOSE', scope: 'session' }]);
    expect([half.linkEnds, half.over]).toEqual([true, true]);
  });

  it('ends at once when it is to stop before anybody has said who it is', () => {
    const half = new ServerHalf({}, 0);
    half.drain(0);
    expect(decodeFrames(half.takeLink())).toMatchObject([{ kind: 'CLOSE', scope: 'session', code: 8 }]);
    expect([half.linkEnds, half.respEnds, half.over, half.deadline]).toEqual([true, true, true, Infinity]);
  });
});
