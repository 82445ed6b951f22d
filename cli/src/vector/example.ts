/** Frames as an example of a fast-check property, in TypeScript. */
import { decodeFrames, ProtocolError, type FrameBody, type Limits } from 'petrel';
import { Decimal, Entries, Float, Message, Opaque, Tagged } from 'petrel/value';
import { summary } from './entry.ts';

/** Of `petrel/value`, what an example may name. */
const CLASSES = [Decimal, Entries, Float, Message, Opaque, Tagged];

/**
 * Lines for `examples` of `fc.assert`: a body for each frame, for a property of frames that are written; or where they are at
 * fault, the bytes, for a property of bytes that are read.
 */
export function exampleText(bytes: Uint8Array, limits: Partial<Limits>): string {
  let bodies: FrameBody[];
  try {
    bodies = decodeFrames(bytes, { limits, lossless: true });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return `// captured: ${error.code} at byte ${error.offset} [${error.rule}]\n[${literal(bytes)}],\n`;
  }
  const lines = bodies.map((body) => `// captured: ${summary(body)}\n[${literal(body)}],\n`);
  return imports(lines.join('')) + lines.join('');
}

function imports(text: string): string {
  const used = CLASSES.map(({ name }) => name).filter(
    (name) => text.includes(`new ${name}(`) || text.includes(`${name}.from(`),
  );
  return used.length === 0 ? '' : `// import { ${used.join(', ')} } from 'petrel/value';\n`;
}

/** A value as an expression. Texts are literals, whatever they hold; `__proto__` is never a key of an object. */
function literal(part: unknown): string {
  if (typeof part === 'string') return JSON.stringify(part).replace(/[\u2028\u2029]/g, escaped);
  if (typeof part === 'bigint') return `${part}n`;
  if (typeof part === 'number') return Object.is(part, -0) ? '-0' : String(part);
  if (typeof part !== 'object' || part === null) return String(part);
  if (part instanceof Uint8Array) return `Uint8Array.of(${part.join(', ')})`;
  if (Array.isArray(part)) return `[${part.map(literal).join(', ')}]`;
  if (part instanceof Entries)
    return `Entries.from([${Array.from(part, (pair) => literal(pair)).join(', ')}])`;
  return (
    made(part) ??
    `{ ${Object.entries(part)
      .map(([name, inner]) => `${name}: ${literal(inner)}`)
      .join(', ')} }`
  );
}

function made(part: object): string | undefined {
  if (part instanceof Float) return call('Float', part.value);
  if (part instanceof Decimal) return call('Decimal', part.coefficient, part.exponent);
  if (part instanceof Tagged) return call('Tagged', part.tag, part.value);
  if (part instanceof Message) return call('Message', part.type, part.bytes);
  return part instanceof Opaque ? call('Opaque', part.kind, part.bytes) : undefined;
}

function call(name: string, ...args: unknown[]): string {
  return `new ${name}(${args.map(literal).join(', ')})`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16)}`;
}
