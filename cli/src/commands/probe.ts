/** `petrel probe`: who answers, and how fast. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { withExamples } from '../help.ts';
import { withRoutes } from '../link/flags.ts';
import type { ProbeFlags } from '../link/run-probe.ts';
import { withColor } from '../style.ts';

const DETAILS = `
Each endpoint is asked by a RESUME with a token that nobody has, which every server answers with a CLOSE: no session begins, and no
application hears of it. A portal that takes every connection wins nothing. Names are resolved, and each of their addresses is a candidate.

Times are milliseconds since the race began. "connected" is the transport, "ended" the server's answer, or the end of the attempt.
--strategy all lets nobody win: every candidate is asked at once, and all that answer are shown.`;

export function register(program: Command): void {
  const command = program
    .command('probe')
    .description('Race endpoints of a server: who was tried when, who won, with times.')
    .argument('<endpoint...>', 'addresses, as petrel connect takes them, in the order in which they are wanted')
    .addOption(
      new Option('--strategy <name>', 'how they are raced')
        .choices(['composite', 'serial', 'concurrent', 'mars', 'article', 'all'])
        .default('composite'),
    )
    .option('--head-start <ms>', 'what an attempt has before the next starts', milliseconds)
    .option('--timeout <ms>', 'what an attempt may take', milliseconds, 10_000)
    .option('--json', 'a line of JSON for each attempt, and one for the race')
    .addHelpText('after', DETAILS)
    .action(probe);
  withRoutes(command);
  withColor(command);
  withExamples(command, [
    ['who answers first?', 'petrel probe tcp://chat.example:5222 tls://chat.example https://chat.example'],
    ['all that answer, with their times', 'petrel probe --strategy all tcp://chat.example:5222 tls://chat.example'],
    ['for a script', `petrel probe --json tls://chat.example | jq -r 'select(.race).race.won'`],
  ]);
} // prettier-ignore

function milliseconds(text: string): number {
  const value = Number(text);
  if (!/^\d{1,6}$/.test(text) || value < 1) throw new InvalidArgumentError('It is a whole number of milliseconds from 1 to 999999.');
  return value;
} // prettier-ignore

/** Sockets and races are loaded where they are wanted. */
async function probe(endpoints: readonly string[], options: ProbeFlags): Promise<void> {
  await (await import('../link/run-probe.ts')).probe(endpoints, options);
}
