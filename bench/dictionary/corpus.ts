/** The messages that the chat dictionary is trained on: our own sentences in frames, in the forms that chat systems send. */
import { encodeFrame, type FrameBody } from '../../src/frame/index.ts';
import type { Encodable } from '../../src/value/index.ts';
import { Random } from '../random.ts';
import * as chinese from './chinese.ts';
import * as english from './english.ts';

const SEED = 0x0d1c_7001;
const CHOICE = /\{([^{}]*)\}/g;

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random.below(from.length)]!;
}

/** A sentence of ours, every choice in it made: the innermost first. */
function sentence(random: Random, { WORDS, SENTENCES }: typeof english | typeof chinese): string {
  let text = pick(random, SENTENCES);
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replace(CHOICE, (_, choices: string) => pick(random, (WORDS[choices] ?? choices).split('|')));
  }
  return text;
}

/** Two of three are English. One of four says two sentences. */
function text(random: Random): string {
  const language = random.below(3) < 2 ? english : chinese;
  const one = sentence(random, language);
  if (random.below(4) > 0) return one;
  return `${one}${language === english ? ' ' : ''}${sentence(random, language)}`;
}

type Maker = (random: Random) => FrameBody;

const moment = (random: Random): number => 1_700_000_000_000 + random.below(2 ** 31);
const person = (random: Random): number => 1_000_000 + random.below(4_000_000_000);
const command = (random: Random, ...args: Encodable[]): FrameBody => {
  return { kind: 'COMMAND', id: 1 + random.below(20), verb: 'SEND', args };
};
const news = (...args: Encodable[]): FrameBody => ({ kind: 'PUSH', verb: 'NEWS', args });

/** The names are those that public interfaces of chat systems share, each form often in more than one of them. */
const FORMS: readonly Maker[] = [
  (random) => command(random, pick(random, english.NAMES), { text: text(random) }),
  (random) => command(random, pick(random, english.NAMES), { cid: random.bits(40), body: text(random) }),
  (random) => command(random, person(random), { type: 'text', text: text(random), ts: moment(random) }),
  (random) => command(random, { to: person(random), type: 1, content: text(random) }),
  (random) =>
    news({
      id: random.bits(50),
      from: person(random),
      to: person(random),
      ts: moment(random),
      type: random.below(8),
      text: text(random),
    }),
  (random) =>
    news({
      id: random.bits(50),
      from: person(random),
      to: person(random),
      time: moment(random),
      seq: random.below(100_000),
      text: text(random),
    }),
  (random) =>
    news(random.below(10_000), {
      msgid: String(random.bits(40)),
      sender: pick(random, english.NAMES),
      body: text(random),
      timestamp: moment(random),
    }),
  (random) =>
    news({
      message_id: random.below(1_000_000),
      chat_id: person(random),
      user: { id: person(random), name: pick(random, english.NAMES) },
      date: Math.floor(moment(random) / 1000),
      message: text(random),
    }),
  (random) =>
    news({
      channel: `C${random.bits(40).toString(36).toUpperCase()}`,
      user: pick(random, english.NAMES),
      type: 'message',
      text: text(random),
      created_at: moment(random),
      reply_to: null,
    }),
  (random) =>
    news('receipt', {
      chat: person(random),
      message: random.bits(50),
      status: pick(random, ['read', 'delivered', 'sent']),
    }),
  (random) => ({
    kind: 'REPLY',
    id: 1 + random.below(20),
    value: { id: random.bits(50), ts: moment(random) },
  }),
  (random) => ({ kind: 'PUSH', verb: 'TYPING', args: [person(random), true] }),
];

/** So many frames, always the same. */
export function trainingFrames(count: number): Uint8Array[] {
  const random = new Random(SEED);
  return Array.from({ length: count }, () => encodeFrame(pick(random, FORMS)(random)));
}
