/** Which parts of Redis's commands are secrets: those that its own logs leave out. */

/** Settings whose values are secrets, and the options of SENTINEL that are. */
const SETTINGS = /^(?:REQUIREPASS|(?:MASTER|PRIMARY)(?:AUTH|USER)|TLS-(?:CLIENT-)?KEY-FILE-PASS)$/;
const SENTINEL = /^(?:AUTH|SENTINEL)-(?:PASS|USER)$/;
/** No name that matters is longer. */
const LONGEST = 40;

/** Follows a command part by part: its name comes first. */
export class CommandSecrets {
  private name = '';
  private subcommand = '';
  private count = 0;
  /** How many parts from here on are secrets, whatever they say. */
  private due = 0;

  /** Whether the part that comes next is a secret. */
  get next(): boolean {
    const { name, subcommand, count, due } = this;
    return (
      due > 0 || (name === 'AUTH' && count > 0) || (subcommand === 'SETUSER' && name === 'ACL' && count > 1)
    );
  }

  /** @param part what came; anything that is no text says nothing. */
  add(part: unknown): void {
    const word = typeof part === 'string' && part.length <= LONGEST ? part.toUpperCase() : '';
    if (this.count === 0) this.name = word;
    else if (this.count === 1) this.subcommand = word;
    if (this.due > 0) this.due--;
    else this.due = this.behind(word);
    this.count++;
  }

  /** How many secrets stand behind a part. */
  private behind(word: string): number {
    const { name, subcommand, count } = this;
    if (name === 'HELLO') return word === 'AUTH' ? 2 : 0;
    if (name === 'CONFIG') return subcommand === 'SET' && count % 2 === 0 && SETTINGS.test(word) ? 1 : 0;
    if (name === 'SENTINEL') return SENTINEL.test(word) ? 1 : 0;
    if (name !== 'MIGRATE' || count < 6) return 0;
    if (word === 'KEYS') this.name = ''; // only keys follow
    return word === 'AUTH' ? 1 : word === 'AUTH2' ? 2 : 0;
  }
}

const QUOTED = /"((?:\\.|[^"\\])*)"?|'((?:\\'|[^'])*)'?|[^\s"']+/gs;
const ESCAPE = /\\(?:x([0-9a-f]{2})|(.))/gis;

/** Whether an inline command holds a secret. Its words are told apart as Redis does, quotes and escapes undone. */
export function lineHoldsSecret(line: string): boolean {
  const secrets = new CommandSecrets();
  for (const [word, double, single] of line.matchAll(QUOTED)) {
    if (secrets.next) return true;
    secrets.add(double === undefined ? (single ?? word) : double.replace(ESCAPE, unescaped));
  }
  return false;
}

function unescaped(_escape: string, hex: string | undefined, character: string): string {
  return hex === undefined ? character : String.fromCharCode(Number.parseInt(hex, 16));
}

/** Whether bytes that nobody could read may hold a secret. */
export function mayHoldSecret(text: string): boolean {
  return /auth|setuser|pass/i.test(text);
}
