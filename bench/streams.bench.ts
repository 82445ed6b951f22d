// Streams of commands and of replies, in chunks of three sizes: RESP by its parsers and by ours, MQTT's packets, and the same
// conversation in Petrel's frames.
import { run } from './harness.ts';
import { COMMANDS, REPLIES } from './streams/conversations.ts';
import { COMMAND_READERS, REPLY_READERS, TEXTS_ONLY, THREE_PARTS } from './streams/readers.ts';
import { suiteOf } from './streams/suite.ts';

const [flag, , wanted] = process.argv.slice(2);
const suites = [
  ...COMMANDS.map((conversation) => ({ conversation, readers: COMMAND_READERS })),
  ...REPLIES.map((conversation) => ({ conversation, readers: REPLY_READERS })),
];
for (const { conversation, readers } of suites) {
  if (flag === '--measure' && conversation.name !== wanted) continue;
  const unable = conversation.binary ? TEXTS_ONLY : THREE_PARTS;
  const able = Object.entries(readers).filter(([name]) => !unable.has(name));
  run(import.meta.url, suiteOf(conversation, Object.fromEntries(able)));
}
