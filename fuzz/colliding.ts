/** Keys that V8's hash tables put into few buckets, because their hash has no seed. */

/** V8 hashes small integers with Thomas Wang's function, which has an inverse: this is it, on 32 bits. */
function unhash(hash: number): number {
  let x = hash >>> 0;
  x = (x ^ (x >>> 16)) >>> 0;
  x = Math.imul(x, inverse(2057)) >>> 0;
  x = (x ^ (x >>> 4) ^ (x >>> 8) ^ (x >>> 12) ^ (x >>> 16) ^ (x >>> 20) ^ (x >>> 24) ^ (x >>> 28)) >>> 0;
  x = Math.imul(x, inverse(5)) >>> 0;
  x = (x ^ (x >>> 12) ^ (x >>> 24)) >>> 0;
  // ~x + (x << 15) is x * (2^15 - 1) - 1
  return Math.imul(x + 1, inverse(32_767)) >>> 0;
}

/** The number that times `odd` is 1 modulo 2^32. */
function inverse(odd: number): number {
  let x = odd;
  for (let i = 0; i < 5; i++) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}

/** So many different integers from 0 to 2^31 - 1 whose hashes end in fifteen zero bits. There are 65,536. */
export function collidingIntegers(count: number): number[] {
  const found: number[] = [];
  for (let high = 0; found.length < count && high < 2 ** 17; high++) {
    const key = unhash(high * 32_768);
    if (key < 2 ** 31) found.push(key);
  }
  if (found.length < count) throw new RangeError(`only ${found.length} integers collide`);
  return found;
}

/**
 * So many different texts that spell small integers with the same low byte. V8 hashes a text of up to seven digits as the
 * number that it spells, without a seed: 39,000 such texts share 128 buckets, and more alike there are not.
 */
export function collidingTexts(count: number): string[] {
  if (count > 39_000) throw new RangeError('only 39,000 texts collide');
  return Array.from({ length: count }, (_, i) => String((i + 1) * 256));
}
