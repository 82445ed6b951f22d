/**
 * The same by MQTT 5 and mosquitto, whose client has but one way. It is kept as in `../cuts`: a session that outlives connections,
 * subscriptions until they are acknowledged, and what the library gives up is published once more.
 */
import { connect, type MqttClient } from 'mqtt';
import { startMosquitto } from '../cuts/mosquitto.ts';
import type { Ears, Subject, Talk } from './subject.ts';

type QoS = 1 | 2;

/** Milliseconds between connections, and for the broker's first answer. */
const REDIAL = 5;
const CONNECT_TIMEOUT = 500;
/** Seconds between pings, the least that MQTT has: silence is noticed after one and a half times that. */
const KEEPALIVE = 1;
const BOUND = 1500;
/** Seconds for which the broker keeps a session without a connection. */
const EXPIRY = 300;
const FILLING = 'a few words';

class MqttTalk implements Talk {
  readonly notes: string[] = [];
  readonly ready: Promise<void>;
  private readonly mqtt: MqttClient;
  /** Stands for the server, and is behind no bad network. */
  private readonly behind: MqttClient;
  private readonly topic: string;
  private readonly qos: QoS;
  private stopped = false;

  constructor(name: string, port: number, broker: number, qos: QoS, ears: Ears) {
    this.topic = name.replaceAll(' ', '');
    this.qos = qos;
    this.behind = connect({ host: '127.0.0.1', port: broker, protocolVersion: 5 });
    this.mqtt = connect({
      host: '127.0.0.1',
      port,
      clientId: this.topic,
      protocolVersion: 5,
      clean: false,
      keepalive: KEEPALIVE,
      manualConnect: true,
      resubscribe: false,
      reconnectPeriod: REDIAL,
      connectTimeout: CONNECT_TIMEOUT,
      properties: { sessionExpiryInterval: EXPIRY },
    });
    this.behind.on('message', (_topic, message) => ears.up(Number.parseInt(String(message), 10)));
    this.mqtt.on('message', (_topic, message) => ears.down(Number.parseInt(String(message), 10)));
    this.mqtt.on('error', () => undefined); // 'close' follows
    this.mqtt.on('close', () => {
      if (!this.stopped) ears.noticed();
    });
    this.ready = this.begin();
  }

  up(number: number): void {
    this.publish(this.mqtt, 'up', number);
  }

  down(number: number): void {
    this.publish(this.behind, 'down', number);
  }

  stop(): void {
    this.stopped = true;
    this.mqtt.end(true);
    this.behind.end(true);
  }

  private async begin(): Promise<void> {
    const { qos, topic } = this;
    await this.behind.subscribeAsync(`up/${topic}`, { qos });
    await new Promise<void>((resolve) => {
      let subscribed = false;
      this.mqtt.on('connect', ({ sessionPresent }) => {
        if (subscribed && sessionPresent) return;
        this.mqtt.subscribe(`down/${topic}`, { qos }, (error) => {
          if (error) return; // with the connection, and the next tries again
          subscribed = true;
          resolve();
        });
      });
      this.mqtt.connect();
    });
  }

  private publish(client: MqttClient, way: string, number: number): void {
    client.publish(`${way}/${this.topic}`, `${number} ${FILLING}`, { qos: this.qos }, (error) => {
      if (error && !this.stopped) setImmediate(() => this.publish(client, way, number));
    });
  }
}

export async function mqtt(qos: QoS): Promise<Subject> {
  const broker = await startMosquitto();
  return {
    name: `mqtt, QoS ${qos}`,
    ports: [broker.port],
    bound: BOUND,
    talk: (name, [port], ears) => new MqttTalk(name, port!, broker.port, qos, ears),
    stop: () => broker.stop(),
  };
}
