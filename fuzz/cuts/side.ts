/** What either side of a conversation says, and what it has heard: the same over any protocol. */
import { Flow, sum, type Tally } from './flow.ts';

/** Messages that each side says: in turn one that wants a reply, and one that does not. */
export const MESSAGES = 32;
/** Messages that the client says before it hears anything. */
const AHEAD = 4;

/** Sends the message with this number; those that want a reply get it by `reply`. */
export type Say = (number: number, wantsReply: boolean) => void;

export class Side {
  /** The peer's messages. */
  readonly heard: Flow = new Flow(MESSAGES);
  /** Replies to our own: the n-th was to the n-th that wanted one. */
  readonly replied: Flow = new Flow(MESSAGES / 2);
  private readonly say: Say;
  private said = 0;

  constructor(say: Say) {
    this.say = say;
  }

  /** The client begins. */
  begin(): void {
    while (this.said < AHEAD) this.more();
  }

  /** A message has come. @returns whether it is new. */
  hear(number: number): boolean {
    return this.heard.hear(number);
  }

  /** The reply to our message with this number. @returns whether it is new. */
  hearReply(number: number): boolean {
    return this.replied.hear((number + 1) / 2);
  }

  /** Says two more messages, unless all are said. */
  more(): void {
    for (let i = 0; i < 2 && this.said < MESSAGES; i++) {
      const number = ++this.said;
      this.say(number, number % 2 === 1);
    }
  }

  get complete(): boolean {
    return this.heard.complete && this.replied.complete;
  }

  get tally(): Tally {
    return sum([this.heard.tally, this.replied.tally]);
  }
}
