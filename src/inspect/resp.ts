/** Inspecting RESP (`petrel/inspect/resp`): a row for each token of a stream, and its fault. */
import { sideOf, type Side } from '../exchange/to-frames.ts';
import { RespCommandReader } from '../resp/commands.ts';
import { RespReader } from '../resp/reader.ts';
import { RespScanner } from '../resp/scanner.ts';
import type { ProtocolError } from '../wire/errors.ts';
import { settle, type InspectOptions, type Settings } from './options.ts';
import { latin1, RespRows } from './resp-rows.ts';
import type { Row } from './row.ts';
import { mayHoldSecret } from './secrets.ts';
import { faultOf, placeFault, SheetRow, type Spot } from './sheet.ts';

/** How RESP is inspected. */
export interface InspectRespOptions extends Pick<InspectOptions, 'limits' | 'textUnits' | 'showSecrets'> {
  /**
   * Who speaks. Left out, a stream that begins with a letter is a client's inline command; any other is read as replies, which
   * arrays of commands look like too.
   */
  readonly side?: Side | undefined;
}

/** Of bytes that are not read, a row shows so many. */
const SHOWN = 4096;
const NOTHING = new Uint8Array(0);
const STAR = 0x2a;

/**
 * Inspects a stream piece by piece. It holds the rows of one command or reply that is not whole yet. A fault ends the
 * reading. [RESP-8]
 */
export class RespInspector {
  private readonly settings: Settings;
  private readonly side: Side | undefined;
  private stream: Stream | undefined;
  private rows: Row[] = [];
  private failure: ProtocolError | undefined;
  private fed = 0;
  /** Offset after the last row, and the first bytes from there on. */
  private end = 0;
  private tail: Uint8Array = NOTHING;

  /** @throws RangeError for options out of range. */
  constructor({ side, ...options }: InspectRespOptions = {}) {
    this.settings = settle(options);
    this.side = side;
  }

  /** The rows of the items that end in this piece, views of it. Read them all before the next call. */
  *feed(piece: Uint8Array): Generator<Row, void, void> {
    if (!(piece instanceof Uint8Array)) throw new TypeError('a piece must be a Uint8Array');
    if (piece.length === 0) return;
    const chunk = new Uint8Array(piece.buffer, piece.byteOffset, piece.length);
    if (this.failure === undefined) {
      this.stream ??= new Stream(this.side, chunk[0]!, this.settings);
      yield* this.read(this.stream, chunk);
    }
    this.keep(chunk);
    this.fed += chunk.length;
  }

  /** No more bytes come: the rows of what is left, and what is wrong with it. */
  *finish(): Generator<Row, void, void> {
    const { stream, fed, end, tail } = this;
    const failure = this.failure ?? (stream && faultOf(() => stream.judge.finish()));
    if (fed > end) {
      const spot: Spot = { label: 'unread', depth: 0, place: undefined };
      const hidden = !this.settings.showSecrets && (stream?.rows.hidesNext || mayHoldSecret(latin1(tail)));
      const kind = hidden ? 'hidden' : 'unread';
      const why = failure === undefined ? 'not read' : `not read: ${failure.code}`;
      const meaning = hidden ? `${why}; not shown, there may be a secret in it` : why;
      const shown = hidden ? NOTHING : tail;
      this.rows.push(new SheetRow(end, fed - end, shown, false, spot, { kind, meaning }));
    }
    if (failure !== undefined) placeFault(this.rows, failure, false);
    yield* this.rows;
    this.rows = [];
  }

  /** The reader has the last word: rows go as far as it has read. */
  private *read({ judge, scanner, rows, commands }: Stream, chunk: Uint8Array): Generator<Row, void, void> {
    this.failure = faultOf(() => {
      judge.feed(chunk);
      while (judge.next() !== undefined);
    });
    const end = this.failure === undefined ? Infinity : judge.position;
    scanner.feed(chunk);
    const step = (): boolean => {
      scanner.commandDue = commands && rows.between;
      return scanner.position < end && scanner.next();
    };
    for (;;) {
      let found = false;
      faultOf(() => (found = step())); // the reader has found the same
      if (!found) return;
      this.rows.push(rows.row(scanner));
      this.end = scanner.position;
      if (!rows.between || this.failure !== undefined) continue;
      yield* this.rows;
      this.rows = [];
    }
  }

  /** Keeps the first bytes behind the last row. */
  private keep(chunk: Uint8Array): void {
    const { end, fed, tail } = this;
    if (end >= fed) this.tail = chunk.subarray(end - fed, end - fed + SHOWN);
    else if (tail.length < SHOWN) {
      const more = chunk.subarray(0, SHOWN - tail.length);
      this.tail = new Uint8Array(tail.length + more.length);
      this.tail.set(tail);
      this.tail.set(more, tail.length);
    }
  }
}

/** What reads one stream: the reader that judges, and the scanner that finds the same tokens. */
class Stream {
  readonly judge: RespCommandReader | RespReader;
  readonly scanner: RespScanner;
  readonly rows: RespRows;
  readonly commands: boolean;

  constructor(side: Side | undefined, first: number, { limits, textUnits, showSecrets }: Settings) {
    this.commands = (side ?? (first === STAR ? 'server' : sideOf(first))) === 'client';
    this.judge = this.commands ? new RespCommandReader({ limits }) : new RespReader({ limits });
    this.scanner = new RespScanner({ limits });
    this.rows = new RespRows(
      this.commands ? 'command' : side === 'server' ? 'reply' : '',
      textUnits,
      showSecrets,
    );
  }
}

/**
 * Inspects RESP: a row for every byte of `bytes`, and for its fault. Never throws for what the bytes are.
 * @throws RangeError for options out of range.
 */
export function* inspectResp(
  bytes: Uint8Array,
  options: InspectRespOptions = {},
): Generator<Row, void, void> {
  const inspector = new RespInspector(options);
  yield* inspector.feed(bytes);
  yield* inspector.finish();
}
