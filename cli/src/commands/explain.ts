/** `petrel explain`: what PROTOCOL.md says. */
import type { Command } from 'commander';
import { faultClass, type ErrorCode } from 'petrel/wire';
import { exitCodeOf, printable, usage } from '../exit.ts';
import { renderMarkdown } from '../explain/markdown.ts';
import { allTopics, findTopics, nearNames, type Sort, type Topic } from '../explain/topics.ts';
import { withExamples } from '../help.ts';
import { padTo } from '../inspect/cells.ts';
import { write } from '../io.ts';
import { protocolRules, type Rule } from '../protocol.ts';
import { styleFor, withColor, type ColorMode, type Style } from '../style.ts';

interface Options {
  readonly color: ColorMode;
}

const LONGEST_WORD = 200;
const WIDEST = 100;

export function register(program: Command): void {
  const command = program
    .command('explain')
    .description('Say what PROTOCOL.md says of an error code, a rule, a kind, a verb, a key or a limit.')
    .argument('[what]', 'a name or number; without it, everything that has one is listed')
    .action(explain);
  withColor(command);
  withExamples(command, [
    ['what does this error mean?', 'petrel explain KEY_DUPLICATE'],
    ['what does that rule say?', 'petrel explain VALUE-9'],
    ['what begins with this byte?', 'petrel explain 0xF5'],
    ['what has the number 8?', 'petrel explain 8'],
    ['everything that has a name', 'petrel explain'],
  ]);
}

async function explain(what: string | undefined, { color }: Options): Promise<void> {
  const style = styleFor(color);
  if (what === undefined) return write(listing(style));
  const topics = findTopics(what);
  if (topics.length === 0) throw unknown(what);
  const width = Math.min(WIDEST, process.stdout.isTTY ? process.stdout.columns : WIDEST);
  await write(`${topics.map((topic) => page(topic, width, style)).join('\n\n')}\n`);
}

function unknown(what: string): Error {
  const near = nearNames(what.slice(0, LONGEST_WORD));
  const hint =
    near.length > 0 ? `did you mean ${near.join(', ')}?` : 'petrel explain lists everything that has one';
  return usage(`nothing is called ${printable(what.slice(0, LONGEST_WORD))}; ${hint}`);
}

/** A topic's line, and each rule that describes it. */
function page(topic: Topic, width: number, style: Style): string {
  const number = topic.number === undefined ? '' : ` ${topic.number}`;
  const title = `${style('strong', topic.name)}  ${style('note', `${topic.sort}${number}`)}`;
  const blocks = topic.sort === 'rule' ? [] : [[title, topic.text, ...exitLine(topic)].join('\n')];
  for (const id of new Set(topic.rules)) {
    const rule = protocolRules().get(id);
    if (rule !== undefined) blocks.push(ruleBlock(rule, width, style));
  }
  return blocks.join('\n\n');
}

function exitLine({ sort, name }: Topic): string[] {
  if (sort !== 'error code') return [];
  return [
    `exit code ${exitCodeOf({ class: faultClass(name as ErrorCode) })} of the commands that read input`,
  ];
}

function ruleBlock({ id, section, text }: Rule, width: number, style: Style): string {
  const named = allTopics().filter((topic) => topic.sort === 'error code' && topic.rules.includes(id));
  const errors = named.length === 0 ? '' : `  ${named.map(({ name }) => name).join(', ')}`;
  const head = `${style('kind', `[${id}]`)} ${style('note', section)}${style('error', errors)}`;
  return [
    head,
    ...renderMarkdown(text, width - 2, style).map((line) => (line === '' ? '' : `  ${line}`)),
  ].join('\n');
}

/** Every topic in a line, under what it is; rules by their chapters. */
function listing(style: Style): string {
  const all = allTopics();
  const sorts = new Set(all.map(({ sort }) => sort));
  const blocks = [...sorts].map((sort) =>
    sortBlock(
      sort,
      all.filter((topic) => topic.sort === sort),
      style,
    ),
  );
  return `${blocks.join('\n\n')}\n`;
}

function sortBlock(sort: Sort, topics: readonly Topic[], style: Style): string {
  const width = Math.max(...topics.map(({ name }) => name.length));
  const lines = topics.map(({ name, number, text }) => {
    const shown = number === undefined ? '' : String(number).padStart(4);
    return `${style('kind', `${shown}  ${padTo(name, width)}`)}  ${text}`;
  });
  return [style('strong', plural(`${sort[0]!.toUpperCase()}${sort.slice(1)}`)), ...lines].join('\n');
}

function plural(sort: string): string {
  return sort.endsWith('y') && !sort.endsWith('key') ? `${sort.slice(0, -1)}ies` : `${sort}s`;
}
