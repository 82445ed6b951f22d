/** A client in a browser, over its own WebSocket and by `fetch`, with the modules as they were built: Chromium against a server of Node's. */
import { accessSync, constants } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { CHROMIUM, launchChromium } from '../../spec/chromium.ts';
import { serve } from '../../spec/served.ts';
import { listen } from './connect/index.ts';
import { cleanUp, later, served, until, webSocketServer } from './helpers.test.ts';

afterEach(cleanUp);

/** In CI nothing is skipped: there a missing browser is a failure. */
function missing(): boolean {
  try {
    accessSync(CHROMIUM, constants.X_OK);
    return false;
  } catch {
    return process.env['CI'] === undefined;
  }
}

/**
 * Runs in the page: a command that is answered, a long one, a push, and a good end.
 * @param module of the link, with what opens a transport
 * @param opens calls that
 * @param between is done before the second command
 */
function conversation(module: string, opens: string, between = ''): string {
  return `async (url) => {
  const { SessionClient, ...link } = await import('/dist/link/${module}.js');
  const { ClientSession } = await import('/dist/session/index.js');
  const told = [];
  let wake;
  const session = new ClientSession({ agent: 'a page' });
  const open = (handler, signal) => link.${opens};
  const client = new SessionClient(session, { open }, (event) => {
    told.push(event);
    wake?.();
  });
  const seen = async (type, count) => {
    while (told.filter((event) => event.type === type).length < count) await new Promise((resolve) => (wake = resolve));
  };
  session.command('SEND', ['first']);
  client.dial();
  await seen('reply', 1);
  ${between}
  session.command('SEND', [new Uint8Array(300000)]);
  client.driver.wake();
  await seen('reply', 2);
  await seen('push', 1);
  await client.close({ text: 'the page goes' });
  return told.map(({ type, value, args }) => [type, value?.length ?? args?.[0]]);
}`;
}

const EXCHANGES = conversation('fetch', 'openFetch({ url, wait: 1000 }, handler, signal)');
/** Dials once more in between: what goes on is on another WebSocket. */
const CONVERSATION = conversation(
  'websocket',
  'openWebSocket({ url, WebSocket }, handler, signal)',
  'client.dial();',
);

/** Runs in the page: what the first attempt fails with. */
const REFUSED = `async (url) => {
  const { SessionClient, openFetch } = await import('/dist/link/fetch.js');
  const { ClientSession } = await import('/dist/session/index.js');
  const open = (handler, signal) => openFetch({ url }, handler, signal);
  return new Promise((resolve) => {
    const client = new SessionClient(
      new ClientSession(),
      { open, redialAfter: () => Infinity, failed: (error) => resolve(error.name) },
      () => {},
    );
    client.dial();
  });
}`;

/** Pages of an origin that has nothing else. */
async function emptyPages(): Promise<Awaited<ReturnType<typeof serve>>> {
  const pages = await serve({ '/': '<!doctype html><link rel="icon" href="data:,">' });
  later(() => pages.close());
  return pages;
}

/** A page of that origin, and what goes wrong in it. */
async function opened(origin: string): Promise<{ page: Page; errors: string[] }> {
  const browser: Browser = await launchChromium();
  later(() => browser.close());
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${origin}/`);
  return { page, errors };
}

type Told = readonly [type: string, what: unknown][];

function expectConversation(told: Told): void {
  expect(told.filter(([type]) => type === 'reply')).toEqual([
    ['reply', 5],
    ['reply', 300_000],
  ]);
  expect(told.filter(([type]) => type === 'push')).toEqual([['push', 7]]);
  expect(told.map(([type]) => type)).toContain('resumed');
}

describe.skipIf(missing())('a client in Chromium', () => {
  it('converses over WebSocket, goes on over another, and closes', { timeout: 60_000 }, async () => {
    const { server, log } = served({}, (event, driver) => {
      if (event.type === 'resumed') driver.session.push('NEWS', [7]);
      return false;
    });
    const url = await webSocketServer(server);
    const { page, errors } = await opened((await emptyPages()).origin);
    const told = await page.evaluate<Told>(`(${CONVERSATION})(${JSON.stringify(url)})`);
    expect(errors).toEqual([]);
    expectConversation(told);
    expect(await log.next('closed')).toMatchObject({ by: 'peer', text: 'the page goes' });
    await until(() => server.connections === 0);
  });

  it(
    'converses by fetch with a server that allows its origin, and only with one',
    { timeout: 60_000 },
    async () => {
      const pages = await emptyPages();
      const ended: string[] = [];
      const server = await listen({
        at: ['http://127.0.0.1:0'],
        origins: [pages.origin],
        ackDelay: 0,
        onCommand: async ([value], { peer }) => {
          if (typeof value !== 'string') await peer.push('NEWS', [7]);
          return value!;
        },
        onEvent: (event) => {
          if (event.type === 'closed') ended.push(event.text);
        },
      });
      later(() => server.stop());
      const other = await listen({ at: ['http://127.0.0.1:0'] });
      later(() => other.stop());
      const { page } = await opened(pages.origin);
      const [url, closed] = [server.addresses[0]!, other.addresses[0]!].map((each) => JSON.stringify(each));
      expectConversation(await page.evaluate<Told>(`(${EXCHANGES})(${url})`));
      await until(() => ended.length > 0);
      expect(ended).toEqual(['the page goes']);
      expect(await page.evaluate(`(${REFUSED})(${closed})`)).toBe('TypeError');
    },
  );
});
