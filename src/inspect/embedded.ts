/** The rows of messages inside values. */
import { MessageReader } from '../message/reader.ts';
import type { Message } from '../value/types.ts';
import { counted } from './meaning.ts';
import { MessageRows } from './messages.ts';
import { VALUE_RULES } from './names.ts';
import type { Settings } from './options.ts';
import { Schema } from './schema.ts';
import { faultOf, type Sheet, type Spot } from './sheet.ts';

/**
 * Adds the rows of a value of kind message: its head, then the fields of its body. What is wrong with the body is no fault of
 * the value: a body that is no message is bytes. [VALUE-19]
 */
export function embeddedRows(
  sheet: Sheet,
  start: number,
  end: number,
  spot: Spot,
  { type: id, bytes }: Message,
  settings: Settings,
): void {
  const type = settings.messages?.typeOf(id);
  const size = counted(bytes.length, 'byte');
  const body = end - bytes.length;
  const meaning =
    type === undefined ? `message of type ${id}, ${size}` : `${type.name} (type ${id}), ${size}`;
  sheet.add(body, spot, { kind: 'message', meaning, head: body - start, rule: VALUE_RULES.message });
  const rows = new MessageRows(sheet, new Schema(type), settings);
  if (type !== undefined || isMessage(sheet.bytes.subarray(body, end), settings))
    rows.all(end, rows.level(type, spot.depth + 1, spot.place));
  const label = { ...spot, label: 'body', depth: spot.depth + 1 };
  if (end > sheet.pos) sheet.add(end, label, { kind: 'bytes', meaning: `${size}, no protobuf message` });
}

/** Whether bytes are fields, whatever they hold. */
function isMessage(bytes: Uint8Array, { limits }: Settings): boolean {
  const reader = new MessageReader(bytes, { limits });
  const walk = (): void => {
    while (reader.pos < reader.end) reader.skip(reader.tag());
  };
  return faultOf(walk) === undefined;
}
