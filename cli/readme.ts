/** The parts of a README that can be run: its programs and its shell sessions. The test holds them to what they say. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('..', import.meta.url));

/** A fenced block of Markdown. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** Of its first line after the fence, from 1. */
  readonly line: number;
}

const FENCED = /^```(\w+)\n([^]*?)^```$/gm;

export function blocksOf(markdown: string): Block[] {
  return Array.from(markdown.matchAll(FENCED), ({ 1: language, 2: text, index }) => {
    return { language: language!, text: text!, line: markdown.slice(0, index).split('\n').length + 1 };
  });
}

/** The Markdown with the output in its shell sessions as it is today. */
export function withSessions(markdown: string, desk: Desk): string {
  return markdown.replace(FENCED, (block: string, language: string, text: string) =>
    language === 'console' ? `\`\`\`console\n${desk.session(text)}\`\`\`` : block,
  );
}

/** Marks the end of a command's output; it does not occur in any. */
const END = '\x1e';

/** An empty folder where `petrel` is both the command and the library, as they were built. */
export class Desk {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'petrel-readme-'));

  constructor() {
    const bin = join(this.folder, 'node_modules/.bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(root, join(this.folder, 'node_modules/petrel'));
    symlinkSync(join(root, 'cli/dist/petrel.js'), join(bin, 'petrel'));
    this.write('package.json', '{ "private": true, "type": "module" }');
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** What a command prints, on both outputs. */
  run(command: string, args: readonly string[]): string {
    const path = [join(this.folder, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
    const env = { ...process.env, PATH: path, NO_COLOR: '1', FORCE_COLOR: undefined };
    const { stdout, stderr, error } = spawnSync(command, args, { cwd: this.folder, env, encoding: 'utf8' });
    if (error) throw error;
    return stdout + stderr;
  }

  /** Runs the commands of a session, the lines that begin with `$ `, and answers it with what they print. */
  session(text: string): string {
    const commands = Array.from(text.matchAll(/^\$ (.*)$/gm), ([, command]) => command!);
    const script = commands.map((command) => `${command}\nprintf '${END}'`).join('\n');
    const outputs = this.run('bash', ['-c', `exec 2>&1\n${script}`]).split(END);
    return commands.map((command, i) => `$ ${command}\n${outputs[i]!}`).join('');
  }

  clear(): void {
    rmSync(this.folder, { recursive: true });
  }
}
