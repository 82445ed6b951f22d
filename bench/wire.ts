/** `npm run bench:wire`: what the same chat costs on the wire, by Petrel and by others. Prints the README's table. */
import { OTHERS, PETREL } from './wire/protocols.ts';
import { cost, type Cost } from './wire/scenarios.ts';

const NOTES = `
Bytes both ways; *segments* are TCP's that carry the chat, 40 bytes of IPv4 and TCP headers each in the next column, with 50
ms of delay each way, what is written at one moment in one segment, and what came acknowledged by the next segment within 40
ms or by one of its own. No TLS, which adds 22 bytes and more to each write. *Connecting* is what goes before, without TCP's own.

By default Petrel has the fewest bytes, and not the fewest segments: an ACK that waits a second goes out alone, and TCP
acknowledges the ACK. Waiting for the next message (\`ackDelay\` 30,000) takes the fewest of both, and frees the sender's copies
later. With message ids, by which a command is done once also when the server loses the session, it takes more than QoS 1 with topic
aliases, which does not do that.

- MQTT: mqtt-packet's encoding with acknowledgements at their shortest, held against mosquitto; PINGREQ after 60 seconds of
  silence. The topic says to whom and from whom, \`bob/ann\`, because a broker does not add the sender; a topic that leaves the
  sender out would take 4,560 bytes, as many as Petrel, which says whom a message is from.
- NATS: held against nats-server; PING every two minutes. With an acknowledgement: a reply subject as its clients make them, and an
  empty message to it.
- Mars: its header of 20 bytes and a protobuf body; a noop when it has connected, and after 210 seconds without a write.
- WebSocket: RFC 6455 with JSON, pings every 30 seconds; Socket.IO 4: pings every 25 seconds. Neither compresses by default.
- XMPP: RFC 6121 stanzas, each with XEP-0198's request and answer; the server writes full addresses.

\`npm run bench:wire\`; the sources of each figure stand in bench/wire.`;

const thousands = (value: number): string => value.toLocaleString('en-US');

function row({ name, chat, connect, up, down }: Cost): string {
  const numbers = [chat.bytes, chat.segments, chat.withHeaders, up.bytes, down.bytes, connect.bytes];
  return `| ${[name, ...numbers.map(thousands)].join(' | ')} |`;
}

console.log('| protocol | chat | its segments | with TCP/IP | one message up | one down | connecting |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const make of [...PETREL, ...OTHERS]) console.log(row(cost(make)));
console.log(NOTES);
