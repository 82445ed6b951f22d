/** Draws spec/samples/report.png: a report of the sample in Chromium. It takes what `npm run build` has built. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launchChromium } from '../spec/chromium.ts';
import { sampleCapture } from './report-sample.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'petrel-picture-'));
const [capture, html] = [join(folder, 'family.pcapng'), join(folder, 'report.html')];
writeFileSync(capture, sampleCapture());
spawnSync(process.execPath, [path('dist/petrel.js'), 'inspect', '--html', html, capture], {
  stdio: 'inherit',
});

const browser = await launchChromium();
const page = await browser.newPage({ viewport: { width: 1440, height: 780 }, colorScheme: 'light' });
await page.goto(pathToFileURL(html).href);
await page.locator('#lines').press('Home');
await page.locator('.line.item', { hasText: 'running late' }).click();
await page.locator('.row', { hasText: '"c-901"' }).click();
await page.evaluate('scrollTo(0, 0)');
await page.screenshot({ path: path('../spec/samples/report.png') });
await browser.close();
rmSync(folder, { recursive: true });
