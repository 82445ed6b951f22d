/** What a report holds: data for the page's script, which sees neither Node nor the library. */

/** A row of an inspection. Its offset counts from the first byte of the item, or from the first inflated one. */
export type RowTuple = readonly [
  kind: string,
  offset: number,
  length: number,
  /** How many of the bytes, from the first, are its head. */
  head: number,
  depth: number,
  label: string,
  meaning: string,
  rule: string,
  path: string,
  inflated: 0 | 1,
];

/** What every byte of an item means. */
export interface Detail {
  readonly rows: readonly RowTuple[];
  /** Rows that were left out, after these. */
  readonly moreRows: number;
  /** Its first bytes in base64, secrets as zeros, and how many it has in all; then those that a PACK inflates to. */
  readonly bytes: string;
  readonly size: number;
  readonly inflated: string;
  readonly inflatedSize: number;
}

/** What lines of either kind have. */
interface Place {
  /** Seconds since the capture began; null where it has no times, or the input is no capture. */
  readonly time: number | null;
  /** Its number; 0 where the input is no capture. */
  readonly connection: number;
  readonly from: 'client' | 'server' | null;
  readonly text: string;
}

/** A frame, an item of RESP, or a value. */
export interface Item extends Place {
  readonly type: 'item';
  readonly kind: string;
  readonly id: string;
  /** Of a command or push; of a reply that of its command. */
  readonly verb: string;
  /** Where it begins in its direction, or in the input; in a PACK, among the inflated bytes. */
  readonly offset: number;
  readonly size: number;
  readonly packed: boolean;
  readonly packet: number;
  readonly session: number;
  /** Of a counted frame: its number in the session, 0 where that is not known. */
  readonly number: number;
  /** Of a reply: seconds since its command, and which of the lines that is, where it is one. */
  readonly took: number | null;
  readonly asked: number | null;
  /** It is a reply that says no. */
  readonly error: boolean;
  readonly fault: boolean;
  readonly remarks: readonly string[];
  /** Which line of the details is its own; null where the report has no room for it. */
  readonly detail: number | null;
}

/** What is told between the frames: a connection begins, bytes are missing. */
export interface Note extends Place {
  readonly type: 'note';
  readonly bad: boolean;
}

export type Line = Item | Note;

export interface ConnectionInfo {
  readonly id: number;
  readonly client: string;
  readonly server: string;
  readonly protocol: string;
  /** Seconds of its first and last packet. */
  readonly began: number | null;
  readonly last: number | null;
  readonly ending: string;
  /** Bytes on the wire, all headers included, of either side. */
  readonly asked: number;
  readonly answered: number;
}

/** Frames of a kind and verb, of all that was read. */
export interface VerbInfo {
  readonly kind: string;
  readonly verb: string;
  readonly frames: number;
  readonly bytes: number;
  readonly errors: number;
  /** Seconds that replies took. */
  readonly mean: number | null;
  readonly slowest: number | null;
}

/** How many bytes each field took, in the frames of a kind and verb that are shown. */
export interface FieldInfo {
  readonly kind: string;
  readonly verb: string;
  readonly frames: number;
  readonly bytes: number;
  readonly fields: readonly (readonly [label: string, bytes: number])[];
}

export interface SlowInfo {
  readonly verb: string;
  readonly id: string;
  readonly connection: number;
  readonly seconds: number;
  /** Which line is the command, where it is one. */
  readonly line: number | null;
}

export interface Model {
  readonly title: string;
  readonly subject: 'capture' | 'frames' | 'resp' | 'value' | 'message' | 'messages';
  readonly summary: readonly (readonly [what: string, figure: string])[];
  readonly lines: readonly Line[];
  readonly connections: readonly ConnectionInfo[];
  readonly verbs: readonly VerbInfo[];
  readonly fields: readonly FieldInfo[];
  readonly slowest: readonly SlowInfo[];
  /** What is wrong, in sentences. */
  readonly odd: readonly string[];
  /** What the report does not hold, in sentences. */
  readonly leftOut: readonly string[];
}
