// What an import costs: minified, gzipped, with everything that it pulls in from the layers below.
import pkg from './package.json' with { type: 'json' };

const whole = [
  'wire',
  'value',
  'frame',
  'message',
  'envelope',
  'descriptor',
  'protojson',
  'canonical',
  'json',
  'resp',
  'exchange',
  'bridge',
  'session',
  'dictionary',
  'capture',
  'conversation',
  'text',
  'text/resp',
  'inspect',
  'inspect/resp',
];

const frames = ['wire', 'value', 'frame'];

/** The file that a subpath of the package stands for, where code is downloaded or under another condition. */
const file = (layer, condition = 'default') => pkg.exports[`./${layer}`][condition].slice(2);

/** A budget for everything that these layers export, their shared code counted once, or for one layer's `names`. */
function budget(name, layers, limit, names, condition) {
  const contents = names
    ? `export { ${names} } from './${file(layers[0], condition)}';`
    : layers.map((layer, i) => `export * as layer${i} from './${file(layer, condition)}';`).join('\n');
  return {
    name,
    path: layers.map((layer) => file(layer, condition)),
    gzip: true,
    limit,
    modifyEsbuildConfig: (config) => ({
      ...config,
      entryPoints: [],
      format: 'esm',
      stdin: { contents, resolveDir: import.meta.dirname },
    }),
  };
}

export default [
  budget('petrel/wire', ['wire'], '2.8 kB'),
  // 0.1 kB of it tell options to the reader or writer that is kept: encode with omitUndefined in a fifth of the time.
  budget('petrel/value', ['value'], '10.15 kB'),
  // With the memory of shapes, which nobody downloads there.
  budget('petrel/value on Node', ['value'], '17.6 kB', undefined, 'node'),
  // Numbers, floats, lists and UTF-16 in place are 1.6 kB: values f decodes in 0.7 of the time and encodes in 0.8, compiled.
  // 0.85 kB are calls for short texts, written out by length, those of ASCII as messages have them: values f decodes in 0.75 of the time, remembered. 0.4 kB are lists of
  // integers, in 0.3 of it. 0.1 kB are floats and lists that are written without code made: values f, encode, in 0.83 of it.
  budget('petrel/value/shapes', ['value/shapes'], '20 kB', 'ShapeCompiler, ShapeMemory'),
  // 40 bytes of it copy short rests of frames four bytes at a turn: a tenth of the time of small frames in chunks of 1,460 bytes.
  budget('petrel/frame', ['frame'], '13.1 kB'),
  // The aim is 10 kB: what is left is checks, fast paths that were measured, scaled floats and prefixed texts.
  // 35 bytes of it measure long texts by the runtime, in a tenth of the time.
  budget('wire + value + frame', frames, '13.75 kB'),
  budget(
    'the same, handshake, PACK and streams',
    [...frames, 'frame/handshake', 'frame/pack', 'frame/stream'],
    '15.6 kB',
  ),
  // A reader that is used again is 70 bytes, for a fifth of decoding a few small fields; that pieces are a field of the writer 30,
  // for a quarter of writing them.
  budget(
    'messages: reader, writer, interpreter',
    ['message'],
    '6.2 kB',
    'decodeMessage, encodeMessage, message, MessageReader, MessageWriter',
  ),
  budget('petrel/message', ['message'], '8.6 kB'),
  budget('petrel/envelope', ['envelope'], '4.9 kB'),
  budget('petrel/descriptor', ['descriptor'], '10.4 kB'),
  budget('petrel/protojson', ['protojson'], '13.1 kB'),
  budget('petrel/canonical', ['canonical'], '13.05 kB'),
  budget('petrel/json', ['json'], '2.5 kB'),
  budget('petrel/resp', ['resp'], '10.25 kB'),
  budget('value + resp', ['value', 'resp'], '17.55 kB'),
  budget('petrel/exchange', ['exchange'], '21.3 kB'),
  // 0.1 kB of it lets the application ask by a PING, for heartbeats that learn; 0.2 kB tells who watches what is written and what comes, for timeouts.
  budget('petrel/session', ['session'], '27.45 kB'),
  // A client in a browser: 3.5 kB of it are the link's, the rest is the session's.
  budget('petrel/session + link/websocket', ['session', 'link/websocket'], '30.7 kB'),
  budget('petrel/session + link/fetch', ['session', 'link/fetch'], '30.95 kB'),
  // 4 kB of it are the dictionary's bytes, which compress to 3.
  budget('petrel/dictionary', ['dictionary'], '4.9 kB'),
  // 15 kB of it are the session's, which replaced 2 kB of a link of its own: a cut loses nothing. 0.8 kB of it tell links apart that call
  // and that answer.
  budget('petrel/bridge', ['bridge'], '47.95 kB'),
  // 0.2 kB of it shorten head starts and heartbeats where attempts and links are lost; 0.8 kB are the clocks of requests.
  budget('petrel/link/policy', ['link/policy'], '10.1 kB'),
  budget('petrel/text', ['text'], '21.25 kB'),
  budget('petrel/text/resp', ['text/resp'], '31.4 kB'),
  // 0.5 kB of it is the vectors' notation, for tools that make vectors.
  budget('petrel/inspect', ['inspect'], '23.45 kB'),
  budget('petrel/inspect/resp', ['inspect/resp'], '11.6 kB'),
  budget('petrel/capture', ['capture'], '8.3 kB'),
  // 0.5 kB of it reads the hellos of TLS.
  budget('petrel/conversation', ['conversation'], '25.5 kB'),
  budget('everything', whole, '109.5 kB'),
];
