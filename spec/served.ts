/** A loopback server of this repository for browsers: what was built as it is, and TypeScript with its types taken off. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';

const root = new URL('../', import.meta.url);
const FOLDERS = /^\/(dist|spec)\/[\w./-]+$/;
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  ts: 'text/javascript; charset=utf-8',
};

/** What is served where nothing is stored: paths and their contents. */
export type Pages = Readonly<Record<string, string>>;

export interface Served {
  readonly origin: string;
  close(): void;
}

/** Serves on a free port of the loopback interface until it is closed. */
export async function serve(pages: Pages): Promise<Served> {
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const type = TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? TYPES['html']!;
    content(path, pages).then(
      (body) => response.writeHead(200, { 'content-type': type }).end(body),
      (error: unknown) => response.writeHead(404, { 'content-type': 'text/plain' }).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${port}`, close };
}

async function content(path: string, pages: Pages): Promise<string> {
  if (pages[path] !== undefined) return pages[path];
  if (!FOLDERS.test(path)) throw new Error(`${path} is not served`);
  const text = await readFile(fileURLToPath(new URL(`.${path}`, root)), 'utf8');
  return path.endsWith('.ts') ? (await transform(text, { loader: 'ts' })).code : text;
}
