/** What is cut: a protocol with its client and its server. */
import type { Side } from './side.ts';

/** One conversation of a client with the server. */
export interface Conversation {
  readonly client: Side;
  readonly server: Side;
  /** Resolves when both sides have heard all, and nothing more is to come. */
  readonly done: Promise<void>;
  /** What happened that should not, besides. */
  readonly notes: readonly string[];
  /** Gives up what is not done. */
  stop(): void;
}

export type Broken = (side: 'client' | 'server') => void;

export interface Subject {
  readonly name: string;
  /** Where its server listens, on the loopback. */
  readonly port: number;
  /**
   * Begins a conversation whose client connects to `port`.
   * @param name is another with each conversation.
   * @param broken is called when a side notices that its connection is gone, where it can say so.
   */
  converse(name: string, port: number, broken: Broken): Conversation;
  stop(): Promise<void>;
}
