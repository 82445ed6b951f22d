/** A list with room for twice as many, which begins with the same. */
export function doubled(list: Uint32Array): Uint32Array {
  const more = new Uint32Array(2 * list.length);
  more.set(list);
  return more;
}
