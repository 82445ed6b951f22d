/** Whether tests that need a command can run. */
import { accessSync, constants } from 'node:fs';

/** @param install how to get it. In CI nothing is skipped: there a missing runtime is a failure. */
export function missing(command: string, install: string): boolean {
  try {
    accessSync(command, constants.X_OK);
    return false;
  } catch {
    if (process.env['CI']) return false;
    process.stderr.write(`skipped: ${command} is not there; ${install}\n`);
    return true;
  }
}
