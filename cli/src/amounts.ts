/** Amounts as people read them. */

/** `12,345`. */
export function grouped(amount: number): string {
  return amount.toLocaleString('en');
}

/** `1 byte`, `2,000 bytes`. */
export function counted(amount: number, noun: string, nouns: string = `${noun}s`): string {
  return `${grouped(amount)} ${amount === 1 ? noun : nouns}`;
}
