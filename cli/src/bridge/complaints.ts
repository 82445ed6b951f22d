/** What an operator is told of connections that fail: once, and again when it has worked in between. */
import { complain } from '../exit.ts';

/** So many different ones at most: who connects may choose what is wrong. */
const MOST = 16;

export class Complaints {
  private readonly said = new Set<string>();

  say(text: string): void {
    if (this.said.size >= MOST || this.said.has(text)) return;
    this.said.add(text);
    complain(text);
  }

  works(): void {
    this.said.clear();
  }
}
