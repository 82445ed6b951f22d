/** The same by MQTT 5 and mosquitto, whose client has but one way. It is kept as in `../cuts`. */
import { FILLING } from '../cuts/flow.ts';
import { KeptMqtt, MQTT_BOUND, type QoS } from '../cuts/kept-mqtt.ts';
import { startMosquitto } from '../cuts/mosquitto.ts';
import type { Ears, Subject, Talk } from './subject.ts';

class MqttTalk implements Talk {
  readonly notes: string[] = [];
  readonly ready: Promise<void>;
  private readonly mqtt: KeptMqtt;
  private begun: () => void = () => undefined;

  constructor(name: string, port: number, broker: number, qos: QoS, ears: Ears) {
    this.ready = new Promise((resolve) => (this.begun = resolve));
    this.mqtt = new KeptMqtt(name, port, broker, qos, {
      up: (message) => ears.up(Number.parseInt(message, 10)),
      down: (message) => ears.down(Number.parseInt(message, 10)),
      closed: () => ears.noticed(),
      connected: () => undefined,
      subscribed: () => this.begun(),
    });
  }

  up(number: number): void {
    this.mqtt.up(`${number} ${FILLING}`);
  }

  down(number: number): void {
    this.mqtt.down(`${number} ${FILLING}`);
  }

  stop(): void {
    this.mqtt.stop();
  }
}

export async function mqtt(qos: QoS): Promise<Subject> {
  const broker = await startMosquitto();
  return {
    name: `mqtt, QoS ${qos}`,
    ports: [broker.port],
    bound: MQTT_BOUND,
    talk: (name, [port], ears) => new MqttTalk(name, port!, broker.port, qos, ears),
    stop: () => broker.stop(),
  };
}
