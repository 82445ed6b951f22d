/**
 * Bugs as others have had them, each planted by a small change of the shipped code. The simulation has to catch every one.
 * `seed`: the first that was found to do so.
 */

/** Replaces a text that stands once in a file of src/session. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

export interface Bug {
  readonly name: string;
  /** Whose it was: a thread of a tracker; or the rule that it breaks. */
  readonly source: string;
  readonly edits: readonly Edit[];
  readonly seed: number;
}

const edit = (file: string, find: string, put: string): Edit => ({ file, find, put });

export const BUGS: readonly Bug[] = [
  {
    name: 'the counter of what was received is reset by a resumption',
    source: 'legastero/stanza#494, #495',
    edits: [edit('client.ts', 'link.next = next;', 'link.next = next; this.intake = new Intake();')],
    seed: 2,
  },
  {
    name: "the answer to RESUME has the other direction's counter",
    source: 'igniterealtime/Openfire#927',
    edits: [
      edit('server.ts', 'received: this.intake.acknowledge(),', 'received: this.sender.outbox.written,'),
    ],
    seed: 2,
  },
  {
    name: 'an acknowledgement of more than was sent is accepted',
    source: 'monal-im/Monal#263',
    edits: [
      edit('outbox.ts', 'if (number > this.written) return false;', ''),
      edit('session-links.ts', '|| received > written', ''),
    ],
    seed: 54,
  },
  {
    name: 'frames are numbered as if all that is queued had been sent',
    source: 'strophe/libstrophe#222',
    edits: [edit('outbox.ts', 'return this.acked + 1;', 'return this.last + 1;')],
    seed: 1,
  },
  {
    name: 'a session that ends without a counter counts as one that took nothing',
    source: 'horazont/aioxmpp#253, processone/ejabberd#1131, iNPUTmice/Conversations#2062',
    edits: [
      edit('session-core.ts', 'const taken = received > 0 ? received : written;', 'const taken = received;'),
    ],
    seed: 6,
  },
  {
    name: 'the RESUME itself is counted',
    source: 'iNPUTmice/Conversations#879',
    edits: [edit('client.ts', 'link.next = next;', 'link.next = next; this.intake.deliver(0);')],
    seed: 2,
  },
  {
    name: 'what waits to be polled comes again and is kept as well',
    source: 'horazont/aioxmpp#372',
    edits: [
      edit('client.ts', 'link.next = next;', 'link.next = next; this.intake.delivered = this.intake.taken;'),
    ],
    seed: 21,
  },
  {
    name: 'what a process before had not sent is not sent after its restart',
    source: 'mqttjs/MQTT.js#398, xmppjs/xmpp.js#1119',
    edits: [edit('session.ts', 'acked + frames.length, frames)', 'acked + frames.length, [])')],
    seed: 10,
  },
  {
    name: 'frames are sent again in another order',
    source: 'mqttjs/MQTT.js#450',
    edits: [
      edit(
        'outbox.ts',
        'this.flight = 0;\n    this.owed',
        'this.flight = 0;\n    if (this.frames.length > 1) this.frames.push(this.frames.shift()!);\n    this.owed',
      ),
    ],
    seed: 5,
  },
  {
    name: 'what is not acknowledged is cleared with the link',
    source: 'Yakifo/amqtt#401, mqttjs/MQTT.js#2015',
    edits: [
      edit(
        'session-links.ts',
        "this.ack.stop();\n    this.step('cut');",
        "this.ack.stop();\n    this.sender.acknowledge(this.sender.outbox.written);\n    this.step('cut');",
      ),
    ],
    seed: 2,
  },
  {
    name: 'frames that the peer turns out to have are left out of the link',
    source: '[SESSION-3]',
    edits: [edit('outbox.ts', 'else this.owed.push(frame);', 'else this.cursor = this.acked;')],
    seed: 32_267,
  },
  {
    name: 'what was under way on the link before still fills the window',
    source: 'eclipse-paho/paho.mqtt.python#24',
    edits: [
      edit('outbox.ts', 'this.flight = 0;\n    this.owed', 'this.owed'),
      edit('outbox.ts', 'if (outstanding > 0 && this', 'if (this.flight > 0 && this'),
    ],
    seed: 660,
  },
  {
    name: 'replies after a resumption find nobody who waits for them',
    source: 'mqttjs/MQTT.js#360',
    edits: [edit('client.ts', 'link.next = next;', 'link.next = next; this.requests.reset();')],
    seed: 5,
  },
  {
    name: 'all is sent again although the server has lost the session',
    source: 'eclipse-paho/paho.mqtt.python#733',
    edits: [edit('session-core.ts', 'if (keep && request.repeatable)', 'if (keep)')],
    seed: 44,
  },
  {
    name: 'the token that was presented dies before the next one has arrived',
    source: '[SESSION-5]',
    edits: [edit('server.ts', 'this.tokens.filter((old) => old !== presented)', 'this.tokens')],
    seed: 2,
  },
  {
    name: 'a RESUME of before takes the session over',
    source: '[SESSION-4]',
    edits: [edit('server.ts', 'if (attempt <= this.attempt)', 'if (attempt < 0)')],
    seed: 3,
  },
  {
    name: 'the older link is not fenced',
    source: '[SESSION-2]',
    edits: [
      edit('server.ts', 'this.fence();', ''),
      edit('session-links.ts', 'if (link !== this.link) return;\n    link.end();', 'link.end();'),
    ],
    seed: 17,
  },
  {
    name: 'frames are acknowledged before they are durable',
    source: '[SESSION-8]',
    edits: [edit('intake.ts', 'return Math.min(this.taken, this.durable);', 'return this.taken;')],
    seed: 203,
  },
  {
    name: 'frames are written before they are durable',
    source: '[SESSION-6]',
    edits: [edit('outbox.ts', 'this.cursor >= this.durable ||', '')],
    seed: 290,
  },
  {
    name: 'the number of the first frame on a link is one too low',
    source: '[SESSION-3]',
    edits: [edit('outbox.ts', 'return this.acked + 1;', 'return Math.max(1, this.acked);')],
    seed: 3,
  },
  {
    name: 'what comes twice is delivered twice',
    source: '[SESSION-14]',
    edits: [edit('session-links.ts', 'if (number <= intake.delivered) return false;', '')],
    seed: 1,
  },
  {
    name: "a REPLY's id is free before the REPLY was taken",
    source: '[SESSION-12]',
    edits: [
      edit(
        'requests.ts',
        'request.by = by;',
        'request.by = by; this.open[request.id] = undefined; this.lowest = Math.min(this.lowest, request.id);',
      ),
    ],
    seed: 18,
  },
  {
    name: "the peer's window is ignored",
    source: '[SESSION-9]',
    edits: [edit('outbox.ts', '|| outstanding >= frames', '')],
    seed: 5,
  },
  {
    name: 'an ACK is answered with an ACK',
    source: '[SESSION-8]',
    edits: [
      edit(
        'session-links.ts',
        'this.makeRoom();\n    this.drained();\n  }\n\n  extended',
        "link.write({ kind: 'ACK', received: this.intake.acknowledge() });\n    this.makeRoom();\n    this.drained();\n  }\n\n  extended",
      ),
    ],
    seed: 2,
  },
  {
    name: 'an outcome counts as told before it is told',
    source: '[SESSION-23]',
    edits: [
      edit(
        'event-queue.ts',
        'this.events.push(event);\n    if (isEnd',
        'this.events.push(event);\n    if (isOutcome(event)) this.journal?.settled(event.ticket);\n    if (isEnd',
      ),
    ],
    seed: 285,
  },
  {
    name: 'the id of a command whose deadline has passed is free before its REPLY',
    source: '[SESSION-13]',
    edits: [
      edit(
        'requests.ts',
        'this.untold--;\n    if (request.id === 0)',
        'this.untold--;\n    this.open[request.id] = undefined;\n    if (request.id === 0)',
      ),
    ],
    seed: 4,
  },
];
