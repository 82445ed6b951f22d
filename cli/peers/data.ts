/** Bytes that the trials send. */
import { createHash } from 'node:crypto';

export const EVERY_BYTE: Uint8Array = Uint8Array.from({ length: 256 }, (_, i) => i);
/** 8 MiB that do not repeat soon. */
export const LARGE: Uint8Array = Uint8Array.from({ length: 8 << 20 }, (_, i) => i * 7 + (i >> 9));
/** What the libraries carry; redis-cli does with eight times as much. */
export const MEGABYTE: Uint8Array = LARGE.subarray(0, 1 << 20);
export const KEY = 'ключ 🗝 鍵';

/** A script that answers its key and its argument, a number that becomes 1, and how often it ran. */
export const LUA = 'return { KEYS[1], ARGV[1], 1.5, redis.call("INCR", "n") }';
/** A function that answers its arguments. */
export const LIBRARY = '#!lua name=l\nredis.register_function("f", function(keys, args) return args end)';

/** What stands for many bytes where two are compared. */
export function sha1(bytes: Uint8Array | string): string {
  return createHash('sha1').update(bytes).digest('hex');
}
