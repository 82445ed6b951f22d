/**
 * Mars: a header of five 32-bit numbers (longlink_packer.cc), and a protobuf body of the fields of its sample's chat.proto that
 * matter here: to or from, and text. A reply is the header alone, a push has none: Mars leaves it to the application.
 */
import { encodeMessage, field, message } from 'petrel/message';
import { FROM, PEER, TEXT } from './message.ts';
import { scripted, type Protocol } from './script.ts';

const HEADER = 20;
const Chat = message('Chat', { person: field(1, 'string'), text: field(2, 'string') });

function frame(body: Uint8Array = new Uint8Array(0)): Uint8Array {
  return Buffer.concat([new Uint8Array(HEADER), body]);
}

const chat = frame(encodeMessage(Chat, { person: PEER, text: TEXT }));
const login = frame(encodeMessage(Chat, { person: FROM, text: '' }));

export function mars(): Protocol {
  return scripted({
    name: 'Mars, pushes not acknowledged',
    // the first noop goes out as soon as the link stands (longlink.cc), here behind a login
    connect: [Buffer.concat([login, frame()]), Buffer.concat([frame(), frame()])],
    up: () => [chat, frame()],
    down: () => [chat],
    heartbeat: { by: 'client', every: 210_000, counts: 'from its last write', says: [frame(), frame()] },
  });
}
