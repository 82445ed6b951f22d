/**
 * A page that shows what a command costs and what its bytes mean, as you type. Any bundler builds it; with esbuild:
 * `npx esbuild main.ts --bundle --format=esm --outfile=main.js`, then serve this folder.
 */
import { decodeFrames, encodeFrame, type Encodable } from 'petrel';
import { inspectFrames, type Row } from 'petrel/inspect';
import { stringify } from 'petrel/json';

const input = document.querySelector<HTMLTextAreaElement>('#input')!;
const output = document.querySelector('#output')!;
const table = document.querySelector('#rows')!;

input.value = `{
  "to": "client",
  "list": [{ "from": "ben", "text": "Dinner at eight?" }, { "from": "clara", "text": "good morning" }],
  "note": "晚上一起吃饭"
}`;

function show(): void {
  try {
    const argument = JSON.parse(input.value) as Encodable;
    const frame = encodeFrame({ kind: 'COMMAND', id: 1, verb: 'SEND', args: [argument] });
    const json = new TextEncoder().encode(JSON.stringify(argument)).length;
    output.textContent = `COMMAND of ${frame.length} bytes; the argument alone is ${json} bytes as JSON`;
    table.replaceChildren(...Array.from(inspectFrames(frame), line));
    checkBack(frame, argument);
  } catch (error) {
    output.textContent = (error as Error).message;
    table.replaceChildren();
  }
}

/** What is read is what was written. */
function checkBack(frame: Uint8Array, argument: Encodable): void {
  const [command] = decodeFrames(frame);
  const back = command?.kind === 'COMMAND' ? command.args : [];
  if (stringify([...back]) !== stringify([argument])) throw new Error('the argument did not come back');
}

function line(row: Row): HTMLTableRowElement {
  const element = document.createElement('tr');
  const hex = Array.from(row.bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  for (const text of [String(row.offset), hex, '  '.repeat(row.depth) + row.label, row.meaning]) {
    element.insertCell().textContent = text;
  }
  element.classList.toggle('fault', row.fault !== undefined);
  return element;
}

input.addEventListener('input', show);
show();
