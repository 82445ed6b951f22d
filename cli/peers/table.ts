/** What was tried, as Markdown: a table for each client. */
import type { Client, Outcome, Protocol } from './trial.ts';

/** The outcomes of what ran, by `key`. */
export type Outcomes = ReadonlyMap<string, Outcome>;

export function key({ name }: Client, protocol: Protocol, what: string): string {
  return `${name} ${protocol} ${what}`;
}

const PREFACE = `# What was tried through \`petrel bridge\`

Clients of Redis, unmodified, each against Redis itself and then through both halves of the bridge. \`peers.test.ts\` does it and
holds this page to what ran; \`npx vitest run cli/peers -u\` writes it.

- **same**: right, and equal to what the server itself gives.
- **error**: an error reply where the server itself would end the connection without a word.
- **refused**: an error reply, and nothing is done.
- –: the client does not have it in that protocol.
`;

export function page(clients: readonly Client[], outcomes: Outcomes): string {
  return [PREFACE, ...clients.map((client) => section(client, outcomes))].join('\n');
}

function section(client: Client, outcomes: Outcomes): string {
  const { name, version, trials } = client;
  const cell = (protocol: Protocol, what: string): string => outcomes.get(key(client, protocol, what)) ?? '–';
  const rows = Array.from(new Set(trials.map(({ what }) => what)), (what) => [
    what,
    cell(2, what),
    cell(3, what),
  ]);
  const table = [['what', 'RESP2', 'RESP3'], ['---', '---', '---'], ...rows];
  return `## ${name} ${version}\n\n${table.map((cells) => `| ${cells.join(' | ')} |\n`).join('')}`;
}
