/** Registered verbs: a number on the wire, a name everywhere else. `spec/codes.json` registers them. [FRAME-7] */
const NAMES: Readonly<Record<number, string>> = {
  1: 'SEND',
  2: 'SYNC',
  3: 'NEWS',
  4: 'READ',
  5: 'RECALL',
  6: 'TYPING',
  7: 'PRESENCE',
  8: 'UPLOAD',
  9: 'DOWNLOAD',
  10: 'AUTH',
  11: 'SUBSCRIBE',
  12: 'UNSUBSCRIBE',
  13: 'PUBLISH',
  16: 'GET',
  17: 'SET',
  18: 'DEL',
  19: 'EXISTS',
  20: 'EXPIRE',
  21: 'INCR',
  22: 'MGET',
  23: 'MSET',
  24: 'HGET',
  25: 'HSET',
  26: 'LPUSH',
  27: 'RPUSH',
  28: 'LRANGE',
  29: 'SADD',
  30: 'ZADD',
  31: 'XADD',
};

const NUMBERS: ReadonlyMap<string, number> = /* @__PURE__ */ new Map(
  Object.entries(NAMES).map(([number, name]) => [name, Number(number)]),
);

/** The name of a registered verb's number. */
export function verbName(number: number): string | undefined {
  return NAMES[number];
}

/** The number of a registered verb's name. */
export function verbNumber(name: string): number | undefined {
  return NUMBERS.get(name);
}
