/** The script of a report: it draws what stands in the page as JSON. */
import type { Model } from '../model.ts';
import { byId } from './dom.ts';
import { drawDetail } from './detail.ts';
import { drawList } from './list.ts';
import { State } from './state.ts';
import { Timeline } from './timeline.ts';
import { drawHead, drawSizes, drawTotals } from './totals.ts';

function start(): void {
  const model = JSON.parse(byId('model').textContent) as Model;
  const details = byId('details').textContent.trim().split('\n');
  const state = new State(model, details);
  drawHead(model);
  drawList(state);
  drawDetail(state);
  const timeline = new Timeline(state);
  timeline.watch();
  drawSizes(model);
  drawTotals(state);
  drawTheme();
  state.choose(first(model));
}

/** What is at fault is shown first; otherwise the first frame. */
function first({ lines }: Model): number {
  const wrong = lines.findIndex((line) => line.type === 'item' && line.fault);
  return wrong >= 0 ? wrong : lines.findIndex(({ type }) => type === 'item');
}

function drawTheme(): void {
  const root = document.documentElement;
  byId('theme').addEventListener('click', () => {
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    const now = root.dataset['theme'] ?? (dark ? 'dark' : 'light');
    root.dataset['theme'] = now === 'dark' ? 'light' : 'dark';
  });
}

start();
