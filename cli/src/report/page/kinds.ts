/** The sorts of frames that colours tell apart. */
import type { Item } from '../model.ts';

export type Sort = 'command' | 'reply' | 'part' | 'push' | 'control' | 'link' | 'pack' | 'other' | 'bad';

const SORTS: Readonly<Record<string, Sort>> = {
  COMMAND: 'command',
  REPLY: 'reply',
  PART: 'part',
  PUSH: 'push',
  ACK: 'control',
  PING: 'control',
  PONG: 'control',
  CANCEL: 'control',
  HELLO: 'link',
  RESUME: 'link',
  CLOSE: 'link',
  PACK: 'pack',
};

/** In words, as the legend has them. */
export const SORT_NAMES: Readonly<Record<Sort, string>> = {
  command: 'command',
  reply: 'reply',
  part: 'part',
  push: 'push',
  link: 'handshake, close',
  control: 'ack, ping, cancel',
  pack: 'pack',
  other: 'other',
  bad: 'error or fault',
};

export function sortOf(item: Item): Sort {
  if (item.fault || item.error) return 'bad';
  return Object.hasOwn(SORTS, item.kind) ? SORTS[item.kind]! : 'other';
}

/** Whether someone who looks for what is wrong wants to see it. */
export function isOdd(item: Item): boolean {
  return item.fault || item.error || item.remarks.length > 0;
}
