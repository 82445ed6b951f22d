// What an import costs: minified, gzipped, with everything that it pulls in from the layers below.
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
  'session',
  'text',
  'inspect',
];

/** A budget for everything that these layers export, their shared code counted once, or for one layer's `names`. */
function budget(name, layers, limit, names) {
  const contents = names
    ? `export { ${names} } from './dist/${layers[0]}/index.js';`
    : layers.map((layer) => `export * as ${layer} from './dist/${layer}/index.js';`).join('\n');
  return {
    name,
    path: layers.map((layer) => `dist/${layer}/index.js`),
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
  budget('petrel/value', ['value'], '8.7 kB'),
  budget('petrel/frame', ['frame'], '12.7 kB'),
  // The aim is 10 kB; without messages, handshake, PACKs and streams it would be about 11.2.
  budget('wire + value + frame', ['wire', 'value', 'frame'], '13.5 kB'),
  budget(
    'messages: reader, writer, interpreter',
    ['message'],
    '6 kB',
    'decodeMessage, encodeMessage, message, MessageReader, MessageWriter',
  ),
  budget('petrel/message', ['message'], '7.4 kB'),
  budget('petrel/envelope', ['envelope'], '4.7 kB'),
  budget('petrel/descriptor', ['descriptor'], '10.2 kB'),
  budget('petrel/protojson', ['protojson'], '12.8 kB'),
  budget('petrel/canonical', ['canonical'], '12 kB'),
  budget('petrel/json', ['json'], '2.5 kB'),
  budget('petrel/resp', ['resp'], '8.6 kB'),
  budget('value + resp', ['value', 'resp'], '14.5 kB'),
  budget('petrel/exchange', ['exchange'], '19.3 kB'),
  budget('petrel/session', ['session'], '23.6 kB'),
  budget('petrel/text', ['text'], '19.2 kB'),
  budget('petrel/inspect', ['inspect'], '26.6 kB'),
  budget('everything', whole, '68.7 kB'),
];
