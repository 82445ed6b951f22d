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
  'text',
  'text/resp',
  'inspect',
  'inspect/resp',
];

/** The file that a subpath of the package stands for. */
const file = (layer) => pkg.exports[`./${layer}`].default.slice(2);

/** A budget for everything that these layers export, their shared code counted once, or for one layer's `names`. */
function budget(name, layers, limit, names) {
  const contents = names
    ? `export { ${names} } from './${file(layers[0])}';`
    : layers.map((layer, i) => `export * as layer${i} from './${file(layer)}';`).join('\n');
  return {
    name,
    path: layers.map(file),
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
  budget('petrel/value', ['value'], '9.2 kB'),
  budget('petrel/value/shapes', ['value/shapes'], '10.8 kB', 'ShapeCompiler, ShapeMemory'),
  budget('petrel/frame', ['frame'], '13.7 kB'),
  // The aim is 10 kB; without messages, handshake, PACKs and streams it would be about 11.2.
  budget('wire + value + frame', ['wire', 'value', 'frame'], '14.4 kB'),
  budget(
    'messages: reader, writer, interpreter',
    ['message'],
    '6 kB',
    'decodeMessage, encodeMessage, message, MessageReader, MessageWriter',
  ),
  budget('petrel/message', ['message'], '8.2 kB'),
  budget('petrel/envelope', ['envelope'], '4.7 kB'),
  budget('petrel/descriptor', ['descriptor'], '10.2 kB'),
  budget('petrel/protojson', ['protojson'], '12.8 kB'),
  budget('petrel/canonical', ['canonical'], '12 kB'),
  budget('petrel/json', ['json'], '2.5 kB'),
  budget('petrel/resp', ['resp'], '10.2 kB'),
  budget('value + resp', ['value', 'resp'], '16.5 kB'),
  budget('petrel/exchange', ['exchange'], '21.4 kB'),
  budget('petrel/session', ['session'], '24.5 kB'),
  budget('petrel/bridge', ['bridge'], '32.8 kB'),
  budget('petrel/text', ['text'], '19.8 kB'),
  budget('petrel/text/resp', ['text/resp'], '29.8 kB'),
  budget('petrel/inspect', ['inspect'], '21.8 kB'),
  budget('petrel/inspect/resp', ['inspect/resp'], '11.1 kB'),
  budget('everything', whole, '84.9 kB'),
];
