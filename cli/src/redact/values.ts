/**
 * Values, redacted where they stand: heads, references, records and lengths stay byte for byte, and what literals hold is
 * replaced. So what refers to them refers to what stands there now.
 */
import { Message, Opaque, type ValueVisitor } from 'petrel/value';
import { valueKind, type ValueKind } from 'petrel/value/kinds';
import { Reader } from 'petrel/wire';
import type { Filler } from './filler.ts';
import { redactMessage } from './message.ts';
import { readsAsText, redactBignum, redactNumber, type KeptNumber } from './numbers.ts';
import { maskValue, redactError } from './texts.ts';

export interface ValueSettings {
  readonly filler: Filler;
  /** Whether numbers are replaced as well. */
  readonly numbers: boolean;
  /** Takes those that are not. */
  readonly kept: KeptNumber[];
}

/** A value that holds others and has not ended. */
interface Open {
  readonly kind: ValueKind;
  readonly start: number;
  readonly count: number;
  /** Of a map, as far as they were read. */
  readonly keys: unknown[];
  /** Children that ended. */
  done: number;
}

/** First bytes. */
const UTF16 = 0xf7;
const PREFIXED = 0xfb;
/** [VALUE-26] */
const SHARED = 8;
/** Tags. [VALUE-17] */
const ERROR = 2;
const BIGNUM = 4;

/** Replaces what the values hold that a reader reads: it visits the source, and writes to a copy. */
export class ValueRedactor implements ValueVisitor {
  protected readonly source: Uint8Array;
  protected readonly out: Uint8Array;
  protected readonly open: Open[] = [];
  protected readonly settings: ValueSettings;

  constructor(source: Uint8Array, out: Uint8Array, settings: ValueSettings) {
    this.source = source;
    this.out = out;
    this.settings = settings;
  }

  enter(kind: ValueKind, start: number, _body: number, count: number): void {
    this.open.push({ kind, start, count, keys: [], done: 0 });
  }

  leave(start: number, end: number, value: unknown): void {
    if (this.open.at(-1)?.start === start) this.open.pop();
    else this.leaf(start, end, value);
    const parent = this.open.at(-1);
    if (parent === undefined) return;
    if (parent.kind === 'map' && parent.done < parent.count) parent.keys.push(value);
    parent.done++;
  }

  /** Whether numbers that stand here are replaced. */
  protected get numbers(): boolean {
    return this.settings.numbers;
  }

  private leaf(start: number, end: number, value: unknown): void {
    const { out } = this;
    const { filler } = this.settings;
    const kind = valueKind(this.source[start]!);
    if (kind === 'ref') return;
    if (typeof value === 'string') this.text(start, end, value);
    else if (value instanceof Message)
      redactMessage(filler, out, end - value.bytes.length, end, this.numbers);
    else if (value instanceof Opaque) this.bytes(end - value.bytes.length, end);
    else if (value instanceof Uint8Array) this.binary(end - value.length, end);
    else if (this.numbers) redactNumber(filler, out, start, end, this.inDecimal);
    else if (!this.isCounted) this.settings.kept.push({ start, end, inDecimal: this.inDecimal });
  }

  /** Whether a number that stands here is the protocol's own. */
  protected get isCounted(): boolean {
    return false;
  }

  private get inDecimal(): boolean {
    return this.open.at(-1)?.kind === 'decimal';
  }

  private text(start: number, end: number, text: string): void {
    const { filler } = this.settings;
    const fill = this.isError() ? redactError(filler, text) : filler.text(text);
    const { source, out } = this;
    let at = start;
    let shared = 0;
    if (source[start] === PREFIXED) {
      const reader = new Reader(source, start + 1);
      reader.length();
      shared = reader.length() + SHARED;
      at = reader.pos;
    }
    const rest = fill.slice(shared);
    if (source[at] === UTF16) out.set(Buffer.from(rest, 'utf16le'), end - 2 * rest.length);
    else out.set(Buffer.from(rest), end - Buffer.byteLength(rest));
  }

  /** Whether the text that ends here is what an error says. */
  private isError(): boolean {
    const parent = this.open.at(-1);
    const listed = parent?.kind === 'array' && parent.done === 0;
    return this.isTag(listed ? this.open.at(-2) : parent, ERROR);
  }

  private isTag(open: Open | undefined, tag: number): boolean {
    return open?.kind === 'tagged' && this.source[open.start + 1] === tag;
  }

  private binary(start: number, end: number): void {
    if (!this.isTag(this.open.at(-1), BIGNUM)) return this.bytes(start, end);
    if (this.numbers || readsAsText(this.source, start, end))
      redactBignum(this.settings.filler, this.out, start, end, this.open.at(-2)?.kind === 'decimal');
    return undefined;
  }

  private bytes(start: number, end: number): void {
    this.out.set(this.settings.filler.bytes(this.source.subarray(start, end)), start);
  }
}

/** A HELLO's keys. [HELLO-4] */
const AGENT = 11;
const CREDENTIALS = 12;
const ECHOED = 14;

/** The map of a HELLO: what its registered fields count stays, and credentials are masked. */
export class HelloRedactor extends ValueRedactor {
  override leave(start: number, end: number, value: unknown): void {
    const [top] = this.open;
    const key = this.key;
    super.leave(start, end, value);
    if (this.open.length !== 1 || this.open[0] !== top || key !== CREDENTIALS) return;
    maskValue(this.out, start, end);
    const { kept } = this.settings;
    while (kept.length > 0 && kept.at(-1)!.start >= start) kept.pop();
  }

  /** The top map's key whose value is being read; undefined in the keys. */
  private get key(): unknown {
    const [top] = this.open;
    return top === undefined || top.done < top.count ? undefined : top.keys[top.done - top.count];
  }

  protected override get numbers(): boolean {
    return this.settings.numbers && !this.isCounted;
  }

  protected override get isCounted(): boolean {
    const { key } = this;
    return key === undefined || (typeof key === 'number' && (key <= AGENT || key === ECHOED));
  }
}
