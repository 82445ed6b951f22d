/** Registered verbs: a number on the wire, a name everywhere else. `spec/codes.json` registers them. [FRAME-7] */

/** A verb's number is its place here; one is free. */
const NAMES: readonly string[] = /* @__PURE__ */ (
  ' SEND SYNC NEWS READ RECALL TYPING PRESENCE UPLOAD DOWNLOAD AUTH SUBSCRIBE UNSUBSCRIBE PUBLISH RESP  GET SET DEL' +
  ' EXISTS EXPIRE INCR MGET MSET HGET HSET LPUSH RPUSH LRANGE SADD ZADD XADD'
).split(' ');

/** The name of a registered verb's number. */
export function verbName(number: number): string | undefined {
  return NAMES[number] || undefined;
}

/** The number of a registered verb's name. */
export function verbNumber(name: string): number | undefined {
  const number = NAMES.indexOf(name || ' ');
  return number < 0 ? undefined : number;
}
