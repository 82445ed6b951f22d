/**
 * An MQTT 5 client that is kept as well as the library allows, and one at the broker that stands for the server: what they say to each
 * other. The client is behind what fails. It has an id of its own and a session that outlives connections; it subscribes again until
 * that is acknowledged, and publishes once more what the library gives up because a connection ends.
 */
import { connect, type MqttClient } from 'mqtt';

export type QoS = 1 | 2;

/** Milliseconds between connections. */
const REDIAL = 5;
/** Milliseconds for the broker's first answer. */
const CONNECT_TIMEOUT = 500;
/** Seconds between pings, the least that MQTT has, and for which the broker keeps a session without a connection. */
const KEEPALIVE = 1;
const EXPIRY = 300;
/** Milliseconds after which silence is noticed: one and a half times that. */
export const MQTT_BOUND = 1500 * KEEPALIVE;

export interface Ears {
  /** The server, or the client, has heard this. */
  up(message: string): void;
  down(message: string): void;
  /** The client's connection is gone. */
  closed(): void;
  /** The client is connected, and what it subscribed to is acknowledged: each time. */
  connected(): void;
  subscribed(): void;
}

export class KeptMqtt {
  private readonly client: MqttClient;
  /** Stands for the server: past what fails. */
  private readonly behind: MqttClient;
  private readonly topic: string;
  private readonly qos: QoS;
  private readonly ears: Ears;
  private hasSubscribed = false;
  private stopped = false;

  /** @param port where the client connects to. @param broker where the broker listens. @param name another with each. */
  constructor(name: string, port: number, broker: number, qos: QoS, ears: Ears) {
    this.topic = name.replaceAll(' ', '');
    this.qos = qos;
    this.ears = ears;
    this.behind = connect({ host: '127.0.0.1', port: broker, protocolVersion: 5 });
    this.client = connect({
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
    this.behind.on('message', (_topic, message) => ears.up(String(message)));
    this.client.on('message', (_topic, message) => ears.down(String(message)));
    this.client.on('error', () => undefined); // 'close' follows
    this.client.on('close', () => {
      if (!this.stopped) ears.closed();
    });
    this.behind.subscribe(`up/${this.topic}`, { qos }, () => this.begin());
  }

  /** The client says it to the server, or the server to the client. */
  up(message: string): void {
    this.publish(this.client, `up/${this.topic}`, message);
  }

  down(message: string): void {
    this.publish(this.behind, `down/${this.topic}`, message);
  }

  get connected(): boolean {
    return this.client.connected;
  }

  /** How it stands, for who has to find out why it does not go on. */
  get state(): object {
    const { client, behind, hasSubscribed } = this;
    const { connected, reconnecting } = client;
    return { connected, reconnecting, subscribed: hasSubscribed, behind: behind.connected };
  }

  stop(): void {
    this.stopped = true;
    this.client.end(true);
    this.behind.end(true);
  }

  private begin(): void {
    this.client.on('connect', ({ sessionPresent }) => this.subscribe(sessionPresent));
    this.client.connect();
  }

  /** Left to itself, the library takes a subscription for granted that it has tried once. */
  private subscribe(sessionPresent: boolean): void {
    this.ears.connected();
    if (this.hasSubscribed && sessionPresent) return;
    this.client.subscribe(`down/${this.topic}`, { qos: this.qos }, (error) => {
      if (error) return; // with the connection, and the next tries again
      this.hasSubscribed = true;
      this.ears.subscribed();
    });
  }

  private publish(client: MqttClient, topic: string, message: string): void {
    client.publish(topic, message, { qos: this.qos }, (error) => {
      if (error && !this.stopped) setImmediate(() => this.publish(client, topic, message));
    });
  }
}
