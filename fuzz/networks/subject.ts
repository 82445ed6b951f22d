/** A protocol with its client and its server, whose client has one or several ways to the server. */

/** Is told what arrives. */
export interface Ears {
  /** A message has come to the server, or to the client. */
  up(number: number): void;
  down(number: number): void;
  /** The client knows that its connection is gone. */
  noticed(): void;
}

/** A client and what the server has for it. */
export interface Talk {
  /** Resolves when both can speak. */
  readonly ready: Promise<void>;
  /** What happened that should not. */
  readonly notes: readonly string[];
  /** The client says this number, or the server to it: at once, or as soon as they can. */
  up(number: number): void;
  down(number: number): void;
  stop(): void;
}

export interface Subject {
  readonly name: string;
  /** Where its server listens, on the loopback: the first is the way that it prefers. */
  readonly ports: readonly number[];
  /** Milliseconds after which a client must have noticed a silence, by its configuration. */
  readonly bound: number;
  /** @param ports those of the server, each behind the network. @param name is another with each talk. */
  talk(name: string, ports: readonly number[], ears: Ears): Talk;
  stop(): Promise<void>;
}
