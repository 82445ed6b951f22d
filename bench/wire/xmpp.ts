/**
 * XMPP: message stanzas of RFC 6121, each followed by the request for an acknowledgement of XEP-0198, as mobile clients do it. A
 * server writes the full addresses of both (RFC 6120, 8.1.2.1). An idle client would write one space a minute (4.6.1).
 */
import { FROM, PEER, TEXT } from './message.ts';
import { scripted, type Protocol } from './script.ts';

const DOMAIN = 'im.example';
const SM = "xmlns='urn:xmpp:sm:3'";
const open = (attributes: string): string =>
  `<?xml version='1.0'?><stream:stream ${attributes} version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`;
const features = (inside: string): string => `<stream:features>${inside}</stream:features>`;
const fromServer = open(`from='${DOMAIN}' id='++TR84Sm6A3hnt3Q065SnAbbk3Y='`);

/** The examples of RFC 6120, 9.1, without STARTTLS, and XEP-0198's <enable/>. */
const CONNECT = [
  open(`to='${DOMAIN}'`),
  fromServer +
    features(
      "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>",
    ),
  "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGFubgA=</auth>",
  "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
  open(`to='${DOMAIN}'`),
  fromServer + features(`<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm ${SM}/>`),
  "<iq id='1' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>p</resource></bind></iq>",
  `<iq id='1' type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>${FROM}@${DOMAIN}/p</jid></bind></iq>`,
  `<enable ${SM} resume='true'/><presence/>`,
  `<enabled ${SM} id='some-long-sm-id' resume='true'/>`,
];

const body = `<body>${TEXT}</body></message>`;
const request = `<r ${SM}/>`;
const ack = (handled: number): string => `<a ${SM} h='${handled}'/>`;

export function xmpp(): Protocol {
  return scripted({
    name: 'XMPP + XEP-0198',
    connect: CONNECT,
    up: (id) => [`<message to='${PEER}@${DOMAIN}' id='${id}' type='chat'>${body}${request}`, ack(id)],
    down: (id) => [
      `<message from='${PEER}@${DOMAIN}/p' to='${FROM}@${DOMAIN}/p' id='${id}' type='chat'>${body}${request}`,
      ack(id),
    ],
    heartbeat: { by: 'client', every: 60_000, counts: 'from its last write', says: [' '] },
  });
}
