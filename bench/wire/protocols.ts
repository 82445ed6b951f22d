/** What is compared. */
import { mars } from './mars.ts';
import { mqtt } from './mqtt.ts';
import { nats } from './nats.ts';
import { petrel } from './petrel.ts';
import type { Protocol } from './script.ts';
import { socketIo, websocket } from './websocket.ts';
import { xmpp } from './xmpp.ts';

export const PETREL: readonly (() => Protocol)[] = [
  () => petrel('Petrel'),
  () => petrel('Petrel, with client message ids', { messageIds: true }),
  () => petrel('Petrel, ACKs within 30 s', { ackDelay: 30_000 }),
  () => petrel('Petrel, ACKs at once', { ackDelay: 0 }),
];

export const OTHERS: readonly (() => Protocol)[] = [
  () => mqtt(1),
  () => mqtt(1, true),
  () => mqtt(2),
  () => nats(false),
  () => nats(true),
  () => mars(),
  () => websocket(),
  () => socketIo(),
  () => xmpp(),
];
