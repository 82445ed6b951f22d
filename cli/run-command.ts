/** For tests: runs a command in this process, and answers how it ended and what it printed. */
import { Command } from 'commander';
import { vi } from 'vitest';
import { Exit, report } from './src/exit.ts';

export interface Ended {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** What is spied on stays so until the test restores its mocks. */
export async function runCommand(
  register: (program: Command) => void,
  args: readonly string[],
): Promise<Ended> {
  const printed = { out: '', err: '' };
  const to = (name: 'out' | 'err') => (chunk: string | Uint8Array) => {
    printed[name] += String(chunk);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(to('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(to('err'));
  const program = new Command().exitOverride();
  register(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return { exitCode: Exit.GOOD, ...printed };
  } catch (error) {
    const exitCode = report(error);
    return { exitCode, ...printed };
  }
}
