/** Rows of RESP's tokens: what each is, where it stands in what holds it, and what it says. */
import { NULL_LENGTH, RespType, STREAMED } from '../resp/types.ts';
import type { RespScanner } from '../resp/scanner.ts';
import { tryUtf8 } from '../wire/text.ts';
import { counted, digits, shown } from './meaning.ts';
import type { Place, RespKind, Row } from './row.ts';
import { CommandSecrets, lineHoldsSecret } from './secrets.ts';
import { SheetRow, type Spot } from './sheet.ts';

const KINDS: Readonly<Record<number, RespKind>> = {
  0: 'inline command',
  [RespType.SimpleString]: 'simple string',
  [RespType.SimpleError]: 'simple error',
  [RespType.Integer]: 'integer',
  [RespType.BulkString]: 'bulk string',
  [RespType.Array]: 'array',
  [RespType.Null]: 'null',
  [RespType.Boolean]: 'boolean',
  [RespType.Double]: 'double',
  [RespType.BigNumber]: 'big number',
  [RespType.BulkError]: 'bulk error',
  [RespType.Verbatim]: 'verbatim string',
  [RespType.Map]: 'map',
  [RespType.Attribute]: 'attribute',
  [RespType.Set]: 'set',
  [RespType.Push]: 'push',
  [RespType.Chunk]: 'chunk',
  [RespType.End]: 'end',
};

/** An aggregate whose values come. */
interface Open {
  readonly type: number;
  readonly streamed: boolean;
  /** How many are to come; of an attribute the described value too. */
  left: number;
  count: number;
  readonly spot: Spot;
  /** Of what may be a command. */
  readonly secrets: CommandSecrets | undefined;
}

/** Makes rows of tokens, and knows when an item is whole. */
export class RespRows {
  private readonly stack: Open[] = [];
  private readonly label: string;
  private readonly textUnits: number;
  private readonly showSecrets: boolean;

  /** @param label of an item at the top; empty: what it is. */
  constructor(label: string, textUnits: number, showSecrets: boolean) {
    this.label = label;
    this.textUnits = textUnits;
    this.showSecrets = showSecrets;
  }

  /** Whether the next token begins an item. */
  get between(): boolean {
    return this.stack.length === 0;
  }

  /** Whether the next token is a secret that is not shown. */
  get hidesNext(): boolean {
    return !this.showSecrets && this.stack.some(({ secrets }) => secrets?.next);
  }

  /** The row of the token that the scanner has found. */
  row(scanner: RespScanner): Row {
    const { type, count, offset, position, bytes, start, end } = scanner;
    const open = this.stack.at(-1);
    const closes = type === RespType.End || (type === RespType.Chunk && count === 0);
    const kind = KINDS[type]!;
    const text = tryUtf8(bytes, start, end);
    const spot = this.spot(open, closes, kind);
    const hidden = type === 0 ? !this.showSecrets && lineHoldsSecret(lineOf(scanner)) : this.hidesNext;
    const length = position - offset;
    const first = start - (scanner.textOffset - offset);
    const meaning = hidden ? `${counted(length, 'byte')}, not shown` : this.meaning(scanner, kind, text);
    const row = new SheetRow(
      offset,
      length,
      hidden ? bytes.subarray(0, 0) : bytes.subarray(first, first + length),
      false,
      spot,
      { kind: hidden ? 'hidden' : kind, meaning, head: headOf(scanner), rule: ruleOf(type) },
    );
    if (closes) this.close();
    else this.advance(open, type, count, spot, text);
    return row;
  }

  private spot(open: Open | undefined, closes: boolean, kind: RespKind): Spot {
    const label = this.label === '' || kind === 'push' ? kind : this.label;
    if (open === undefined) return { label, depth: 0, place: undefined };
    const { spot, count } = open;
    const depth = spot.depth + 1;
    const place: Place = { parent: spot.place, steps: [count] };
    return { label: closes ? 'end' : labelIn(open, this.label), depth, place };
  }

  /** Counts the token in what holds it, and opens what holds others. */
  private advance(
    open: Open | undefined,
    type: number,
    count: number,
    spot: Spot,
    text: string | undefined,
  ): void {
    if (open !== undefined) {
      open.secrets?.add(text);
      open.count++;
      open.left--;
    }
    const left = valuesOf(type, count);
    if (left === undefined) this.settle();
    else {
      const streamed = count === STREAMED;
      const mayBeCommand = open === undefined && type === RespType.Array;
      const secrets = mayBeCommand ? new CommandSecrets() : undefined;
      this.stack.push({ type, streamed, left, count: 0, spot, secrets });
      this.settle();
    }
  }

  private close(): void {
    this.stack.pop();
    this.settle();
  }

  /** Ends what is whole now. */
  private settle(): void {
    for (let top = this.stack.at(-1); top !== undefined && !top.streamed && top.left === 0;) {
      this.stack.pop();
      top = this.stack.at(-1);
    }
  }

  private meaning(scanner: RespScanner, kind: RespKind, text: string | undefined): string {
    const { type, count, start, end } = scanner;
    if (count === NULL_LENGTH && hasNull(type)) return `null, of ${type === RespType.Array ? 'an array' : 'a bulk string'}`; // prettier-ignore
    if (count === STREAMED && valuesOf(type, count) !== undefined) return `${kind}, streamed`;
    switch (type) {
      case RespType.Array:
      case RespType.Set:
      case RespType.Push:
        return `${kind} of ${counted(count, 'value')}`;
      case RespType.Map:
      case RespType.Attribute:
        return `${kind} of ${counted(count, 'pair')}`;
      case RespType.Null:
      case RespType.End:
        return kind;
      case RespType.Chunk:
        if (count === 0) return 'end of the chunks';
    }
    // bare where nothing in it needs quotes
    if (isNumber(type) && /^[-+.\w]+$/.test(text ?? '')) return `${kind} ${digits(text!)}`;
    return `${kind} ${text === undefined ? `of ${counted(end - start, 'byte')}` : shown(text, this.textUnits)}`;
  }
}

/** An inline command; what is no UTF-8 in it has its bytes as characters. */
function lineOf({ bytes, start, end }: RespScanner): string {
  return tryUtf8(bytes, start, end) ?? latin1(bytes.subarray(start, end));
}

/** A character a byte. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** How many values follow a token that holds some. */
function valuesOf(type: number, count: number): number | undefined {
  switch (type) {
    case RespType.BulkString:
      return count === STREAMED ? 0 : undefined;
    case RespType.Array:
    case RespType.Set:
    case RespType.Push:
      return count === NULL_LENGTH ? undefined : Math.max(0, count);
    case RespType.Map:
      return 2 * Math.max(0, count);
    case RespType.Attribute:
      return 2 * count + 1;
    default:
      return undefined;
  }
}

function isNumber(type: number): boolean {
  return (
    type === RespType.Integer ||
    type === RespType.Double ||
    type === RespType.BigNumber ||
    type === RespType.Boolean
  );
}

function hasNull(type: number): boolean {
  return type === RespType.Array || type === RespType.BulkString;
}

function labelIn({ type, count, left, streamed }: Open, top: string): string {
  if (type === RespType.BulkString) return `chunk ${count}`;
  if (type === RespType.Attribute && left === 1) return 'value';
  if (type === RespType.Map || type === RespType.Attribute)
    return `${count % 2 === 0 ? 'key' : 'value'} ${Math.floor(count / 2)}`;
  return top === 'command' && count === 0 && !streamed ? 'name' : `[${count}]`;
}

/** The line before a body; of a line its type. */
function headOf(scanner: RespScanner): number {
  const { type, start, end, offset, position, textOffset } = scanner;
  if (type === 0) return 0;
  return valuesOf(type, scanner.count) === undefined && end >= start && textOffset + end - start < position
    ? textOffset - offset
    : position - offset;
}

function ruleOf(type: number): string {
  if (type === 0) return 'RESP-6';
  return type === RespType.Chunk || type === RespType.End ? 'RESP-5' : 'RESP-1';
}
