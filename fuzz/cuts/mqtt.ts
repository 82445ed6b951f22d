/**
 * The same conversations by MQTT 5: the client is cut, the broker is mosquitto, and behind it a second client, which is not
 * cut, stands for the server. Replies are messages. The client is kept well: it has an id of its own, a session that
 * outlives connections, and subscribes again until that is acknowledged.
 */
import { connect, type MqttClient } from 'mqtt';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMosquitto } from './mosquitto.ts';
import { Side } from './side.ts';
import type { Conversation, Subject } from './subject.ts';

type QoS = 1 | 2;

/** Milliseconds between connections. */
const REDIAL = 5;
/** Milliseconds for the broker's first answer. */
const CONNECT_TIMEOUT = 500;
/** Seconds between pings, the least that MQTT has: silence is noticed after one and a half times that. */
const KEEPALIVE = 1;
/** Seconds for which the broker keeps a session without a connection. */
const EXPIRY = 300;
/** Milliseconds without a message after which nothing more is to come, and how often that is looked up. */
const QUIET = 60;
const LOOK = 20;

const FILLING = 'a few words';

/** One side: what it says goes to a topic, what it hears comes from another. */
class Talker {
  readonly side: Side = new Side((number, wantsReply) => this.publish(wantsReply ? 'c' : 'p', number));
  private readonly client: MqttClient;
  private readonly topic: string;
  private readonly qos: QoS;
  private readonly isClient: boolean;

  constructor(client: MqttClient, topic: string, qos: QoS, isClient: boolean) {
    this.client = client;
    this.topic = topic;
    this.qos = qos;
    this.isClient = isClient;
  }

  /** A message is its kind, `c` for those that want a reply, `p` for others, `r` for replies; its number; and some words. */
  take(message: string): void {
    const kind = message[0];
    const number = Number.parseInt(message.slice(1), 10);
    const isNew = kind === 'r' ? this.side.hearReply(number) : this.side.hear(number);
    if (!isNew) return;
    if (kind === 'c') this.publish('r', number);
    if (kind === (this.isClient ? 'r' : 'c')) this.side.more();
  }

  /** What the library gives up because a connection ends while it sends older messages again is published once more. */
  private publish(kind: string, number: number): void {
    const { client, topic, qos } = this;
    const message = `${kind}${number}${kind === 'r' ? '' : ` ${FILLING}`}`;
    client.publish(topic, message, { qos }, (error) => {
      if (error && !client.disconnecting) setImmediate(() => this.publish(kind, number));
    });
  }
}

class MqttConversation implements Conversation {
  readonly notes: string[] = [];
  readonly done: Promise<void>;
  private readonly mqtt: MqttClient;
  /** Is not cut: it talks to the broker past the proxy. */
  private readonly behind: MqttClient;
  private readonly talkers: { readonly client: Talker; readonly server: Talker };
  private subscribed = false;
  private stopped = false;
  private last = performance.now();

  constructor(name: string, port: number, qos: QoS, broker: number, broken: () => void) {
    const topic = name.replaceAll(' ', '');
    this.behind = connect({ host: '127.0.0.1', port: broker, protocolVersion: 5 });
    this.mqtt = connect({
      host: '127.0.0.1',
      port,
      clientId: topic,
      protocolVersion: 5,
      clean: false,
      keepalive: KEEPALIVE,
      manualConnect: true,
      resubscribe: false,
      reconnectPeriod: REDIAL,
      connectTimeout: CONNECT_TIMEOUT,
      properties: { sessionExpiryInterval: EXPIRY },
    });
    const client = new Talker(this.mqtt, `up/${topic}`, qos, true);
    const server = new Talker(this.behind, `down/${topic}`, qos, false);
    this.talkers = { client, server };
    this.behind.on('message', (_topic, message) => this.heard(server, String(message)));
    this.mqtt.on('error', () => undefined); // 'close' follows
    this.mqtt.on('close', () => {
      if (!this.stopped) broken();
    });
    this.mqtt.on('message', (_topic, message) => this.heard(client, String(message)));
    this.behind.subscribe(`up/${topic}`, { qos }, () => {
      this.mqtt.on('connect', ({ sessionPresent }) => this.connected(sessionPresent, `down/${topic}`, qos));
      this.mqtt.connect();
    });
    this.done = this.settled();
  }

  get client(): Side {
    return this.talkers.client.side;
  }

  get server(): Side {
    return this.talkers.server.side;
  }

  stop(): void {
    if (!(this.client.complete && this.server.complete)) this.notes.push(this.standing());
    this.stopped = true;
    this.mqtt.end(true);
    this.behind.end(true);
  }

  /** How it stands when it is given up. */
  private standing(): string {
    const { mqtt, behind, subscribed } = this;
    const quiet = Math.round(performance.now() - this.last);
    const state = {
      connected: mqtt.connected,
      reconnecting: mqtt.reconnecting,
      subscribed,
      behind: behind.connected,
    };
    return `${JSON.stringify(state)}, quiet for ${quiet} ms`;
  }

  private heard(talker: Talker, message: string): void {
    this.last = performance.now();
    talker.take(message);
  }

  /** Left to itself, the library takes a subscription for granted that it has tried once. */
  private connected(sessionPresent: boolean, topic: string, qos: QoS): void {
    this.last = performance.now();
    if (this.subscribed && sessionPresent) return;
    this.mqtt.subscribe(topic, { qos }, (error) => {
      if (error) return; // with the connection, and the next tries again
      this.subscribed = true;
      this.client.begin();
    });
  }

  /** What comes twice may come after all was heard: until the connection stands and has been quiet. */
  private async settled(): Promise<void> {
    while (!this.stopped) {
      await sleep(LOOK);
      const all = this.client.complete && this.server.complete;
      if (all && this.mqtt.connected && performance.now() - this.last > QUIET) return;
    }
  }
}

export async function mqtt(qos: QoS): Promise<Subject> {
  const broker = await startMosquitto();
  return {
    name: `mqtt, QoS ${qos}`,
    port: broker.port,
    converse: (name, port, broken) =>
      new MqttConversation(name, port, qos, broker.port, () => broken('client')),
    stop: () => broker.stop(),
  };
}
