/** The rows of one frame, and of the frames that a PACK holds. */
import { ProtocolError } from '../wire/errors.ts';
import type { FrameHead } from '../frame/head.ts';
import { FrameKind, frameName, isCounted, type FrameName } from '../frame/kinds.ts';
import { splitPack } from '../frame/pack.ts';
import { parseFrame } from '../frame/all.ts';
import type { Pack } from '../frame/types.ts';
import { detailOf } from './faults.ts';
import { counted } from './meaning.ts';
import { FRAME_RULES } from './names.ts';
import type { Settings } from './options.ts';
import { PayloadRows } from './payload.ts';
import type { Place, Row } from './row.ts';
import { faultOf, Sheet, type Spot, within } from './sheet.ts';

/** Where frames stand: in the input, or in a PACK. */
export interface Surroundings {
  readonly settings: Settings;
  readonly depth: number;
  readonly place: Place | undefined;
  /** Makes the rows of the frames that a PACK inflates to; none inside a PACK. */
  readonly inside?: (inflated: Uint8Array, depth: number, place: Place) => Iterable<Row>;
}

/** A frame whose head was read, in `bytes`; with `cut`, the input ends before its payload does. */
export interface Found {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly head: FrameHead;
  readonly end: number;
  readonly cut: boolean;
  /** What to add to an offset in `bytes` for one in the input. */
  readonly shift: number;
}

/** Every row of a frame, its fault among them. */
export function frameRows(found: Found, around: Surroundings): readonly Row[] {
  const { bytes, start, head, end, cut, shift } = found;
  const sheet = new Sheet(bytes, start, shift, around.inside === undefined);
  const name = frameName(head.kind);
  const place: Place = { parent: around.place, steps: [name] };
  headRows(sheet, head, name, around.depth, place);
  if (!(name in FrameKind)) {
    const spot = { label: 'payload', depth: around.depth + 1, place };
    if (end > sheet.pos)
      sheet.add(end, spot, { kind: 'field', meaning: 'of a reserved kind', rule: 'FRAME-4' });
    sheet.fault(cut ? truncated(found, place) : judge(found, around)!);
    return sheet.rows;
  }
  const payload = new PayloadRows(sheet, name as FrameName, end, around.settings, around.depth, place);
  const broken = payload.read();
  if (cut) {
    cutFaults(sheet, found, payload.spot(), broken);
    return sheet.rows;
  }
  const error = judge(found, around);
  if (error !== undefined) sheet.fault(error);
  else if (name === 'PACK') packRows(sheet, payload.fields as unknown as Pack, found, around, place);
  return sheet.rows;
}

function headRows(sheet: Sheet, head: FrameHead, name: string, depth: number, place: Place): void {
  const { kind, size: length, pos: body } = head;
  const start = sheet.pos;
  const size = body - start;
  const rule = FRAME_RULES[name as FrameName] ?? 'FRAME-4';
  const payload =
    length === 0 ? 'empty' : `${counted(length, 'byte')} ${length === 1 ? 'follows' : 'follow'}`;
  const meaning = `${isCounted(kind) ? 'counted' : 'uncounted'}, ${size > 1 ? 'length follows' : payload}`;
  sheet.add(start + 1, { label: name, depth, place }, { kind: 'frame', meaning, head: 1, rule });
  if (size === 1) return;
  const says = `15 + ${length - 15} = ${length} bytes`;
  const spot = { label: 'length', depth: depth + 1, place };
  sheet.add(body, spot, { kind: 'length', meaning: says, head: size - 1, rule: 'FRAME-1' });
}

/** The frame's own reader has the last word on a payload: it knows rules between fields, and the whole path. */
function judge({ bytes, start, head, end, shift }: Found, around: Surroundings): ProtocolError | undefined {
  const { kind, pos: body } = head;
  const payload = bytes.subarray(body, end);
  const { limits } = around.settings;
  const error = faultOf(() => {
    parseFrame({ kind, payload, offset: start + shift, start: body + shift }, { limits });
  });
  return error && within(around.place, error);
}

/** A frame that the input's end cuts: that is its fault, after one that its bytes have on their own. */
function cutFaults(sheet: Sheet, found: Found, spot: Spot, broken: ProtocolError | undefined): void {
  const { shift } = found;
  // A text that goes up to the payload's end may be cut within a character.
  const own = broken !== undefined && broken.code !== 'TRUNCATED' && broken.code !== 'TEXT_UTF8';
  if (own) sheet.fault(within(spot.place, broken.moved(shift)));
  if (broken === undefined || own) sheet.fault(truncated(found, spot.place?.parent));
  else sheet.fault(truncated(found, spot.place, broken.code === 'TRUNCATED' ? detailOf(broken) : undefined));
}

function truncated(
  { head, end, shift }: Found,
  place: Place | undefined,
  detail = 'the input ends inside a frame',
): ProtocolError {
  const missing = counted(head.pos + head.size - end, 'byte');
  const whole = new ProtocolError(
    'TRUNCATED',
    'WIRE-9',
    end + shift,
    `${detail}; ${missing} of the frame missing`,
  );
  return within(place, whole);
}

/** The frames of a PACK, below its own rows. */
function packRows(sheet: Sheet, pack: Pack, found: Found, around: Surroundings, place: Place): void {
  const { inflate, limits } = around.settings;
  const { inside } = around;
  if (inflate === undefined || inside === undefined) return;
  let inflated: Uint8Array | undefined;
  try {
    inflated = inflate(pack.deflated, pack.dictionary, pack.length);
  } catch {
    const offset = found.start + found.shift;
    const error = new ProtocolError('PACK_CONTENT', 'FRAME-17', offset, 'what is packed is no raw deflate');
    return sheet.fault(within(place, error));
  }
  if (inflated === undefined) return;
  const content = new Sheet(inflated, 0, 0, true);
  for (const row of inside(inflated, around.depth + 1, place)) content.rows.push(row);
  const error = faultOf(() => splitPack(inflated, pack.length, { limits }));
  if (error !== undefined) content.fault(within(place, error));
  for (const row of content.rows) sheet.rows.push(row);
}
