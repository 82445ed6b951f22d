/** A side that is killed without warning, over and over, and comes back with its journal: nothing is lost, nothing comes twice. */
import { build } from 'esbuild';
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults, TOTAL, type Peer } from './peer.ts';
import { client, server } from './sides.ts';

const KILLS = 12;

/** What a child says. */
interface Report {
  readonly port?: number;
  readonly progress?: number;
  readonly done?: boolean;
}

let directory: string;
let program: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'petrel-kill-'));
  program = join(directory, 'child.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('child.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile: program,
    logLevel: 'silent',
  });
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** Runs a child until `enough` says so, and kills it. @returns the last that it said. */
async function lived(
  role: string,
  port: number,
  enough: (report: Report) => boolean,
  listens: (port: number) => void,
): Promise<Report> {
  const child: ChildProcess = fork(program, [role, join(directory, role), String(port)], { execArgv: [] });
  let last: Report = {};
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.on('message', (report: Report) => {
    last = report;
    if (report.port !== undefined) listens(report.port);
    if (enough(report)) child.kill('SIGKILL');
  });
  const code = await ended;
  if (code !== null) throw new Error(`the child ended by itself, with ${code}`);
  return last;
}

/** Kills it after a while of each life, then lets it finish. @returns how often it was killed in the middle. */
async function killed(
  role: string,
  port: number,
  listens: (port: number) => void,
  ours: () => Peer | undefined,
): Promise<number> {
  let kills = 0;
  let progress = 0;
  // one side may be done while the other still reads: both have to be, when the child speaks
  let over = false;
  for (;;) {
    const least = progress + 20 + Math.floor(Math.random() * 150);
    const last = await lived(
      role,
      port,
      (report) => {
        over ||= faults.length > 0 || (report.done === true && ours()?.done === true);
        return over || (kills < KILLS && (report.progress ?? 0) > least);
      },
      listens,
    );
    progress = last.progress ?? progress;
    if (over) return kills;
    kills++;
  }
}

describe('a session whose journal is in a file', () => {
  it.each(['client', 'server'] as const)(
    `says ${2 * TOTAL} things each way exactly once and in order, while the %s is killed again and again`,
    async (role) => {
      faults.length = 0;
      let timer: NodeJS.Timeout | undefined;
      let kills: number;
      let peer: Peer | undefined;
      try {
        if (role === 'client') {
          const side = await server();
          timer = setInterval(() => side.peer()?.pump(), 10);
          kills = await killed(role, side.port, () => {}, side.peer);
          peer = side.peer();
        } else {
          const side = client();
          timer = setInterval(() => side.peer()?.pump(), 10);
          kills = await killed(role, 0, side.dial, side.peer);
          peer = side.peer();
        }
      } finally {
        clearInterval(timer);
      }
      expect(faults).toEqual([]);
      expect(peer?.done).toBe(true);
      expect(kills).toBeGreaterThan(3);
    },
  );
});
