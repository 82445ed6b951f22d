/** Holds the scripts of brokers to what brokers say. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isMissing, MOSQUITTO, NATS, type Started } from '../../spec/servers.ts';
import { Client, startMosquitto, startNats } from './broker.ts';
import { FROM, PEER } from './message.ts';
import * as mqtt from './mqtt.ts';
import * as nats from './nats.ts';
import type { Exchange } from './script.ts';

/** Says what is the client's of an exchange. @returns what the broker said to it, and what the script has there. */
async function hold(client: Client, said: Exchange, first: 'client' | 'broker'): Promise<Heard> {
  const heard: Heard = { broker: '', script: '' };
  for (const [i, bytes] of said.entries()) {
    if ((i % 2 === 0) === (first === 'client')) client.say(bytes);
    else {
      const expected = Buffer.from(bytes);
      heard.broker += (await client.take(expected.length)).toString('latin1');
      heard.script += expected.toString('latin1');
    }
  }
  return heard;
}

interface Heard {
  broker: string;
  script: string;
}

describe.skipIf(isMissing(MOSQUITTO))('mosquitto', () => {
  let broker: Started;
  // sessions outlive their links
  beforeEach(async () => {
    broker = await startMosquitto();
  });
  afterEach(async () => broker.stop());

  /** A client that is connected; the broker's CONNACK says more than the least. */
  async function join(name: string, qos: 1 | 2): Promise<Client> {
    const client = await Client.open(broker);
    client.say(mqtt.connectAs(name));
    const head = await client.take(2);
    expect(head[0]).toBe(0x20);
    await client.take(head[1]!);
    const [subscribe, granted] = mqtt.subscription(name, qos);
    client.say(subscribe!);
    expect(await client.take(granted!.length)).toEqual(Buffer.from(granted!));
    return client;
  }

  it.each([1, 2] as const)('says at QoS %i what the script says, byte for byte', async (qos) => {
    const [ann, bob] = await Promise.all([join(FROM, qos), join(PEER, qos)]);
    const published = mqtt.publish(`${PEER}/${FROM}`, qos, 7);
    const annHeard = await hold(ann, mqtt.exchange(published, qos, 7), 'client');
    expect(annHeard.broker).toBe(annHeard.script);
    const delivered = mqtt.publish(`${PEER}/${FROM}`, qos, 1);
    const bobHeard = await hold(bob, mqtt.exchange(delivered, qos, 1), 'broker');
    expect(bobHeard.broker).toBe(bobHeard.script);
    ann.close();
    bob.close();
  });

  it('takes a topic by its alias', async () => {
    const [ann, bob] = await Promise.all([join(FROM, 1), join(PEER, 1)]);
    for (const [id, topic] of [`${PEER}/${FROM}`, ''].entries()) {
      const annHeard = await hold(ann, mqtt.exchange(mqtt.publish(topic, 1, id + 1, 1), 1, id + 1), 'client');
      expect(annHeard.broker).toBe(annHeard.script);
      const bobHeard = await hold(
        bob,
        mqtt.exchange(mqtt.publish(`${PEER}/${FROM}`, 1, id + 1), 1, id + 1),
        'broker',
      );
      expect(bobHeard.broker).toBe(bobHeard.script);
    }
    ann.close();
    bob.close();
  });
});

/** As many bytes as are expected. */
async function said(to: Client, speak: () => void, expected: string | Uint8Array): Promise<string> {
  speak();
  return String(await to.take(Buffer.byteLength(expected)));
}

describe.skipIf(isMissing(NATS))('nats-server', () => {
  let broker: Started;
  beforeAll(async () => {
    broker = await startNats();
  });
  afterAll(async () => broker.stop());

  async function join(name: string, acks: boolean): Promise<Client> {
    const client = await Client.open(broker);
    const greeting = String(await client.takeThrough('\r\n'));
    expect(greeting).toMatch(/^INFO \{/);
    // the script's is no longer than the real one
    expect(nats.GREETING.length).toBeLessThanOrEqual(greeting.length);
    client.say(nats.connectAs(name));
    expect(String(await client.takeThrough('\r\n'))).toBe('PONG\r\n');
    client.say(nats.subscription(name, acks));
    client.say('PING\r\n');
    expect(String(await client.takeThrough('\r\n'))).toBe('PONG\r\n');
    return client;
  }

  it.each([false, true])('says what the script says, byte for byte; acknowledged: %s', async (acks) => {
    // one inbox for all: an acknowledgement goes to whoever published
    const [ann, bob] = [await join(FROM, acks), await join(PEER, false)];
    const [published, acknowledged] = nats.up(3, acks);
    const [delivered, answer] = nats.down(3, acks, PEER, FROM);
    const toBob = await said(bob, () => ann.say(published!), delivered!);
    const toAnn = await said(ann, () => bob.say(answer ?? ''), acknowledged ?? '');
    expect([toBob, toAnn]).toEqual([delivered, acknowledged ?? '']);
    ann.close();
    bob.close();
  });
});
