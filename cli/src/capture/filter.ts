/**
 * Which frames are shown: a small language.
 *
 *   expression = test | "not" expression | expression "and" expression | expression "or" expression | "(" expression ")"
 *   test       = field | field operator value
 *   operator   = "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" (contains, in any case of letters)
 *
 * A field alone asks whether there is one. "not" binds more than "and", "and" more than "or".
 */
import { frameName } from 'petrel';
import { elapsed, type Instant } from 'petrel/capture';
import { describe, errorIn, roundTrip, type Said } from 'petrel/conversation';

export type Filter = (said: Said) => boolean;

/** What is wrong with an expression, and where. */
export class FilterError extends Error {
  constructor(expression: string, at: number, what: string) {
    super(`${what}, at character ${at + 1} of the filter\n  ${expression}\n  ${' '.repeat(at)}^`);
    this.name = 'FilterError';
  }
}

type Field = (said: Said, begin: Instant | undefined) => string | number | undefined;

/** What can be asked of a frame. */
export const FIELDS: Readonly<Record<string, readonly [about: string, of: Field]>> = {
  kind: ['COMMAND, REPLY, PUSH, ACK ...', ({ kind }) => frameName(kind)],
  verb: ['of a command or push; of a reply: of its command', verbOf],
  id: ['request id', ({ body }) => (body !== undefined && 'id' in body ? Number(body.id) : undefined)],
  size: ['bytes, the head included', ({ length }) => length],
  time: [
    'seconds since the first packet',
    ({ time }, begin) => (time && begin ? elapsed(begin, time) : undefined),
  ],
  took: ['seconds from the command to its reply', (said) => roundTrip(said)],
  error: ["the text of an error, or a fault's code", ({ body, fault }) => fault?.code ?? errorIn(body)],
  text: ['what it says, as it is shown', (said) => describe(said, { maxLength: 1000 })],
  connection: ['its number', ({ connection }) => connection.id],
  session: ['its number', ({ session }) => session?.id],
  direction: [
    'client or server: who says it',
    ({ connection, from }) => (from === connection.client ? 'client' : 'server'),
  ],
  protocol: ['petrel or resp', ({ protocol }) => protocol],
  number: ['of a counted frame', ({ number }) => number],
  remark: ['what is odd about it', ({ remarks }) => (remarks.length > 0 ? remarks.join(', ') : undefined)],
};

function verbOf({ body, request }: Said): string | undefined {
  return body !== undefined && 'verb' in body ? body.verb : request?.verb;
}

interface Token {
  readonly text: string;
  readonly at: number;
  readonly quoted: boolean;
}

const TOKEN = /\s*(?:(!=|<=|>=|[=<>~()])|"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s=<>~()!"']+))/gy;

function tokens(expression: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  let at = 0;
  while (expression.slice(at).trim() !== '') {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(expression);
    if (match === null) throw new FilterError(expression, at, 'this is not understood');
    const [whole, sign, double, single, word] = match;
    at = TOKEN.lastIndex;
    const quoted = double ?? single;
    const text = double?.replace(/\\(.)/g, '$1') ?? single ?? sign ?? word!;
    found.push({ text, at: at - whole.trimStart().length, quoted: quoted !== undefined });
  }
  return found;
}

const OPERATORS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** @param begin when the first packet was captured. @throws FilterError */
export function parseFilter(expression: string, begin: () => Instant | undefined): Filter {
  const parser = new Parser(expression, begin);
  return parser.whole();
}

/** Most levels of brackets and "not". */
const DEEPEST = 100;

class Parser {
  private readonly expression: string;
  private readonly begin: () => Instant | undefined;
  private readonly tokens: readonly Token[];
  private pos = 0;
  private depth = 0;

  constructor(expression: string, begin: () => Instant | undefined) {
    this.expression = expression;
    this.begin = begin;
    this.tokens = tokens(expression);
  }

  whole(): Filter {
    const filter = this.or();
    if (this.pos < this.tokens.length) throw this.wrong('"and", "or" or the end is expected');
    return filter;
  }

  private or(): Filter {
    const parts = [this.and()];
    while (this.takes('or')) parts.push(this.and());
    return (said) => parts.some((part) => part(said));
  }

  private and(): Filter {
    const parts = [this.not()];
    while (this.takes('and')) parts.push(this.not());
    return (said) => parts.every((part) => part(said));
  }

  private not(): Filter {
    if (++this.depth > DEEPEST) throw this.wrong('the filter is nested too deeply');
    try {
      if (this.takes('not')) {
        const inner = this.not();
        return (said) => !inner(said);
      }
      if (!this.takes('(')) return this.test();
      const inner = this.or();
      if (!this.takes(')')) throw this.wrong('")" is expected');
      return inner;
    } finally {
      this.depth--;
    }
  }

  private test(): Filter {
    const { begin } = this;
    const name = this.tokens[this.pos];
    const field =
      name === undefined || name.quoted || !Object.hasOwn(FIELDS, name.text) ? undefined : FIELDS[name.text];
    if (field === undefined) throw this.wrong(`a field is expected: ${Object.keys(FIELDS).join(', ')}`);
    this.pos++;
    const [, of] = field;
    const operator = this.tokens[this.pos];
    if (operator !== undefined && !operator.quoted && operator.text === '~') {
      const part = this.value().toLowerCase();
      return (said) =>
        String(of(said, begin()) ?? '')
          .toLowerCase()
          .includes(part);
    }
    if (operator === undefined || operator.quoted || !Object.hasOwn(OPERATORS, operator.text))
      return (said) => of(said, begin()) !== undefined;
    const holds = OPERATORS[operator.text]!;
    const value = this.value();
    return (said) => {
      const found = of(said, begin());
      return found !== undefined && holds(compare(found, value));
    };
  }

  /** What stands behind an operator. */
  private value(): string {
    this.pos++;
    const token = this.tokens[this.pos];
    if (token === undefined) throw this.wrong('a value is expected');
    this.pos++;
    return token.text;
  }

  private takes(text: string): boolean {
    const token = this.tokens[this.pos];
    if (token === undefined || token.quoted || token.text !== text) return false;
    this.pos++;
    return true;
  }

  private wrong(what: string): FilterError {
    return new FilterError(this.expression, this.tokens[this.pos]?.at ?? this.expression.length, what);
  }
}

/** Numbers as numbers, texts in any case of letters; NaN, which nothing holds for but "!=", where a number is asked of a text. */
function compare(found: string | number, value: string): number {
  if (typeof found === 'number') return found - (value.trim() === '' ? Number.NaN : Number(value));
  const a = found.toLowerCase();
  const b = value.toLowerCase();
  return a === b ? 0 : a < b ? -1 : 1;
}
