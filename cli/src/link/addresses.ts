/** Addresses as people write them on a command line. */

/** Whether a word of the command line is an address, or the first of a command. */
export function isAddress(word: string): boolean {
  return /^[a-z]+:\/\//i.test(word);
}

/** `tcp://:5222` is every address of this machine. */
export function withHost(address: string): string {
  return address.replace(/^([a-z]+:\/\/):/i, '$1[::]:');
}
