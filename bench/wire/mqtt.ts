/**
 * MQTT 5, as mqtt-packet writes it. A message says to whom and from whom in its topic, `bob/ann`; what is left out is what may
 * be: the reason code and properties of an acknowledgement that has none (3.4.2.1). Keep-alive 60 seconds, as `mqtt` has it.
 */
import { generate, type Packet } from 'mqtt-packet';
import { FROM, PEER, TEXT } from './message.ts';
import { scripted, type Exchange, type Heartbeat, type Protocol } from './script.ts';

const bytes = (packet: Packet): Uint8Array => generate(packet, { protocolVersion: 5 });
/** An acknowledgement without reason and properties is what it was in version 4. */
const ack = (cmd: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', messageId: number): Uint8Array =>
  generate({ cmd, messageId }, { protocolVersion: 4 });

export function connectAs(clientId: string): Uint8Array {
  return bytes({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 5,
    clean: false,
    clientId,
    keepalive: 60,
    // or nothing would be kept when a link is cut
    properties: { sessionExpiryInterval: 300 },
  });
}

/** To all that is sent to somebody. */
export function subscription(name: string, qos: 1 | 2): readonly Uint8Array[] {
  return [
    bytes({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: `${name}/+`, qos }] }),
    bytes({ cmd: 'suback', messageId: 1, granted: [qos] }),
  ];
}

/** The client pings when it has written nothing for so long (3.1.2.10). */
const HEARTBEAT: Heartbeat = {
  by: 'client',
  every: 60_000,
  counts: 'from its last write',
  says: [bytes({ cmd: 'pingreq' }), bytes({ cmd: 'pingresp' })],
};

/** The smallest CONNACK: mosquitto's says more. */
const connect = (qos: 1 | 2): Exchange => [
  connectAs(FROM),
  bytes({ cmd: 'connack', reasonCode: 0, sessionPresent: false }),
  ...subscription(FROM, qos),
];

export function publish(topic: string, qos: 1 | 2, messageId: number, topicAlias?: number): Uint8Array {
  return bytes({
    cmd: 'publish',
    topic,
    payload: TEXT,
    qos,
    messageId,
    dup: false,
    retain: false,
    ...(topicAlias !== undefined && { properties: { topicAlias } }),
  });
}

/** What a PUBLISH begins (4.3.2, 4.3.3). */
export function exchange(published: Uint8Array, qos: 1 | 2, id: number): Exchange {
  if (qos === 1) return [published, ack('puback', id)];
  return [published, ack('pubrec', id), ack('pubrel', id), ack('pubcomp', id)];
}

/** @param aliases both sides say a topic once, and then its alias (3.3.2.3.4). */
export function mqtt(qos: 1 | 2, aliases = false): Protocol {
  const send = (topic: string, number: number): Exchange => {
    const alias = aliases ? 1 : undefined;
    return exchange(publish(aliases && number > 1 ? '' : topic, qos, number, alias), qos, number);
  };
  return scripted({
    name: `MQTT 5, QoS ${qos}${aliases ? ', topic aliases' : ''}`,
    connect: connect(qos),
    up: (number) => send(`${PEER}/${FROM}`, number),
    down: (number) => send(`${FROM}/${PEER}`, number),
    heartbeat: HEARTBEAT,
  });
}
