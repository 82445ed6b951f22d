/** The page of a report in a browser: it opens from its file, asks for nothing, and links bytes with what they mean. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { encodeFrame } from 'petrel';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CHROMIUM, launchChromium } from '../../../spec/chromium.ts';
import { isMissing } from '../../../spec/servers.ts';
import { sampleCapture } from '../../report-sample.ts';
import { runCommand } from '../../run-command.ts';
import { register } from '../commands/inspect.ts';

// the page as its sources are, not as they were built
vi.mock('./assets.ts', async () => {
  const { buildPage } = await import('../../page.ts');
  const { 'page.js': script, 'page.css': style } = await buildPage();
  return { readAssets: () => ({ script, style }) };
});

const folder = mkdtempSync(join(tmpdir(), 'petrel-page-'));
afterEach(() => vi.restoreAllMocks());

const EVIL =
  '</script><script>globalThis.broken=1</script><img src=x onerror=globalThis.broken=1>\u202eevil\u0007\u001b[31m';

/** Writes the report of bytes. */
async function report(name: string, bytes: Uint8Array, ...args: readonly string[]): Promise<string> {
  const [input, html] = [join(folder, name), join(folder, `${name}.html`)];
  writeFileSync(input, bytes);
  await runCommand(register, ['inspect', '--html', html, input, ...args]);
  return html;
}

describe.skipIf(isMissing(CHROMIUM))('the page of a report', () => {
  let browser: Browser;
  let sample: string;
  /** Of the sample, for tests that leave it as it was. */
  let page: Page;
  /** What the pages have said and asked for. */
  const said: string[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
    sample = await report('sample.pcapng', sampleCapture());
    page = await open(sample);
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(html: string, width = 1440, height = 900): Promise<Page> {
    const address = pathToFileURL(html).href;
    const page = await browser.newPage({ viewport: { width, height } });
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => request.url() !== address && said.push(request.url()));
    await page.goto(address);
    return page;
  }

  /** The texts of all elements. */
  const texts = (selector: string): Promise<string[]> => page.locator(selector).allTextContents();

  it('opens from its file without a word and without a request, with every frame in list and timeline', async () => {
    const { out } = await runCommand(register, ['inspect', '--json', join(folder, 'sample.pcapng')]);
    const frames = out.split('\n').filter((line) => line.startsWith('{"type":"frame"'));
    expect(await page.locator('.line.item').count()).toBe(frames.length);
    expect(await page.locator('#lanes svg').getAttribute('data-marks')).toBe(String(frames.length));
    expect(await page.locator('#lanes .bars rect').count()).toBeGreaterThan(15);
    expect(await texts('#lanes .lane text')).toEqual(['#1', '#2']);
    expect(await texts('ul.odd#odd li')).toEqual([
      '1 frame at fault',
      '2 commands without a reply',
      '1 frame: sent again',
    ]);
    expect(said).toEqual([]);
  });

  it('begins with the fault, and marks its byte', async () => {
    expect(await texts('#detail-title')).toEqual(['PUSH']);
    expect(await texts('.row.fault .label')).toEqual(['HEAD_INVALID']);
    expect(await texts('.hexes .wrong')).toEqual(['ff']);
  });

  it('links a row with its bytes, and a byte with its row', async () => {
    await page.locator('.line.item', { hasText: 'running late' }).click();
    const to = page.locator('.row', { hasText: '"family"' });
    await to.click();
    expect((await texts('.hexes .picked')).join('')).toBe(
      Buffer.from('\xa6family', 'latin1').toString('hex'),
    );
    expect((await texts('.characters .picked')).join('')).toBe('·family');
    // a row that holds others has theirs beside its own
    await page.locator('.row', { hasText: 'args[0]' }).click();
    expect(await page.locator('.hexes .picked').count()).toBe(1);
    expect(await page.locator('.hexes .within').count()).toBe(71);
    await page.locator('.hexes [data-byte="1"]').click();
    expect(await texts('.row[aria-selected=true] .label')).toEqual(['length']);
    await page.locator('.characters [data-byte="2"]').hover();
    expect(await texts('.row.lit .label')).toEqual(['request id']);
    expect(await texts('.hexes .lit')).toEqual(['02']);
  });

  it('is worked with the keyboard alone', async () => {
    await page.locator('#lines').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    expect(await texts('#detail-title')).toEqual(['COMMAND 1']);
    expect(await page.locator('#lines').getAttribute('aria-activedescendant')).toBe('line-3');
    await page.locator('.tree').focus();
    await page.keyboard.press('End');
    expect(await texts('.row[aria-selected=true] .label')).toEqual(['since']);
    await page.keyboard.press('ArrowLeft');
    expect(await texts('.row[aria-selected=true] .label')).toEqual(['args[0]']);
    await page.locator('.bytes').focus();
    for (const key of ['End', 'Home', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
    expect(await page.locator('.hexes .cursor').getAttribute('data-byte')).toMatch(/^(9|17)$/);
    expect(await page.locator('#live').textContent()).toMatch(/^[\w [\]]+: .* bytes from \d+$/);
    await page.locator('#lanes').focus();
    await page.keyboard.press('ArrowRight');
    expect(await texts('#detail-title')).toEqual(['HELLO']);
  });

  it('zooms the timeline, draws it by bytes, and leads from a mark to its frame', async () => {
    const first = async (): Promise<string> => (await texts('.axis text'))[0]!;
    expect(await first()).toMatch(/ s$/);
    const all = await page.locator('.bars rect').count();
    await page.locator('#lanes').focus();
    for (const key of ['+', '+', '+', '+']) await page.keyboard.press(key);
    expect(await page.locator('.bars rect').count()).toBeLessThan(all);
    await page.keyboard.press('0');
    expect(await page.locator('.bars rect').count()).toBe(all);
    await page.locator('#timeline-tools select').selectOption('bytes');
    expect(await first()).toMatch(/ B$/);
    await page.locator('.bars rect.pack').click();
    expect(await texts('#detail-title')).toEqual(['PACK']);
    expect(await texts('.panes h3')).toEqual(['Inflated']);
  });

  it('finds lines by text and kind, and goes from a command to its reply', async () => {
    await page.locator('#find').fill('TUNNEL');
    expect(await page.locator('.line.item:visible').count()).toBe(2);
    expect(await texts('#shown')).toEqual(['2 of 30']);
    await page.locator('#find').fill('');
    await page.locator('#which').selectOption('odd');
    expect(await page.locator('.line.item:visible').count()).toBe(4);
    await page.locator('#which').selectOption('kind REPLY');
    expect(await page.locator('.line.item:visible').count()).toBe(4);
    await page.locator('.line.item:visible').first().click();
    await page.locator('#which').selectOption('all');
    await page.locator('.links button').click();
    expect(await texts('#detail-title')).toEqual(['COMMAND 1']);
  });

  it('shows hostile texts as texts', async () => {
    const frames = Buffer.concat([
      encodeFrame({ kind: 'PUSH', verb: 'evil', args: [EVIL, { [EVIL]: EVIL, ['__proto__']: 1 }] }),
      encodeFrame({ kind: 'COMMAND', id: 1, verb: '<b>bold</b>', args: [EVIL] }),
    ]);
    const capture = sampleCapture([[5, 'client', { kind: 'HELLO', form: 'offer', versions: [1, 1], agent: EVIL }, new Uint8Array(frames)]]); // prettier-ignore
    const reports = [
      await report('frames<img src=x>.bin', frames, '--input', 'bin'),
      await report('evil.pcapng', capture),
      await report(
        'evil.resp',
        Buffer.from(`*2\r\n$3\r\nGET\r\n$${Buffer.byteLength(EVIL)}\r\n${EVIL}\r\n`),
        '--protocol',
        'resp',
      ),
    ];
    for (const html of reports) {
      const text = readFileSync(html, 'utf8');
      expect(text).not.toMatch(/[^\n\P{Cc}]|\u202e/u);
      expect(text.match(/<\/script>/g)).toHaveLength(3);
      const page = await open(html);
      await page.locator('.line.item', { hasText: 'evil' }).last().click();
      expect(await page.evaluate('[globalThis.broken, document.querySelectorAll("img, b").length]')).toEqual([undefined, 0]); // prettier-ignore
      expect(await page.locator('.whole').textContent()).toContain(
        '<img src=x onerror=globalThis.broken=1>\\u202eevil',
      );
      await page.close();
    }
    expect(said).toEqual([]);
  });

  it('runs no script but its own, and can send nothing', async () => {
    const page = await open(sample);
    const tries = `(async () => {
      const script = document.createElement('script');
      try { script.text = 'globalThis.broken = 1' } catch {}
      document.body.append(script);
      try { document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="globalThis.broken = 1">') } catch {}
      return [globalThis.broken, await fetch('http://127.0.0.1:1/').then(() => 'sent', () => 'refused')];
    })()`;
    expect(await page.evaluate(tries)).toEqual([undefined, 'refused']);
    expect(said.splice(0).filter((text) => !/Content Security Policy|TrustedS|TrustedH/.test(text))).toEqual(
      [],
    );
    await page.close();
  });

  it('fits a phone, and is dark where the system is', async () => {
    const phone = await open(sample, 390, 800);
    expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await phone.close();
    const page = await open(sample);
    const back = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await back();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await back();
    await page.locator('#theme').click();
    expect([await back(), dark === light]).toEqual([light, false]);
    await page.close();
  });
});
