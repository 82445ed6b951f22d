/**
 * The same conversations by MQTT 5: the client is cut, the broker is mosquitto, and behind it a second client, which is not
 * cut, stands for the server. Replies are messages.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FILLING } from './flow.ts';
import { KeptMqtt, type QoS } from './kept-mqtt.ts';
import { startMosquitto } from './mosquitto.ts';
import { Side } from './side.ts';
import type { Conversation, Subject } from './subject.ts';

/** Milliseconds without a message after which nothing more is to come, and how often that is looked up. */
const QUIET = 60;
const LOOK = 20;

/** One side: a message is its kind, `c` for those that want a reply, `p` for others, `r` for replies; its number; and some words. */
class Talker {
  readonly side: Side = new Side((number, wantsReply) => this.publish(wantsReply ? 'c' : 'p', number));
  private readonly say: (message: string) => void;
  private readonly isClient: boolean;

  constructor(isClient: boolean, say: (message: string) => void) {
    this.isClient = isClient;
    this.say = say;
  }

  take(message: string): void {
    const kind = message[0];
    const number = Number.parseInt(message.slice(1), 10);
    const isNew = kind === 'r' ? this.side.hearReply(number) : this.side.hear(number);
    if (!isNew) return;
    if (kind === 'c') this.publish('r', number);
    if (kind === (this.isClient ? 'r' : 'c')) this.side.more();
  }

  private publish(kind: string, number: number): void {
    this.say(`${kind}${number}${kind === 'r' ? '' : ` ${FILLING}`}`);
  }
}

class MqttConversation implements Conversation {
  readonly notes: string[] = [];
  readonly done: Promise<void>;
  private readonly mqtt: KeptMqtt;
  private readonly talkers = {
    client: new Talker(true, (message) => this.mqtt.up(message)),
    server: new Talker(false, (message) => this.mqtt.down(message)),
  };
  private stopped = false;
  private last = performance.now();

  constructor(name: string, port: number, qos: QoS, broker: number, broken: () => void) {
    this.mqtt = new KeptMqtt(name, port, broker, qos, {
      up: (message) => this.heard(this.talkers.server, message),
      down: (message) => this.heard(this.talkers.client, message),
      closed: broken,
      connected: () => (this.last = performance.now()),
      subscribed: () => this.client.begin(),
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
    this.mqtt.stop();
  }

  /** How it stands when it is given up. */
  private standing(): string {
    const quiet = Math.round(performance.now() - this.last);
    return `${JSON.stringify(this.mqtt.state)}, quiet for ${quiet} ms`;
  }

  private heard(talker: Talker, message: string): void {
    this.last = performance.now();
    talker.take(message);
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
