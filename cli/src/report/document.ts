/** The page of a report: one file, which asks for no other. */
import { createHash } from 'node:crypto';
import type { Assets } from './assets.ts';
import { jsonLine, visible } from './json.ts';
import type { Model } from './model.ts';

/**
 * The HTML. What comes from the input stands in it only as JSON in which no tag can begin, and as the title, escaped; the policy
 * lets the page run its own script and load nothing.
 * @param details JSON lines.
 */
export function reportHtml(model: Model, details: readonly string[], { script, style }: Assets): string {
  const policy = [
    `default-src 'none'`,
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    `img-src data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `require-trusted-types-for 'script'`,
    `trusted-types 'none'`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(visible(model.title))} - Petrel</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
${BODY}
<script type="application/json" id="model">${jsonLine(model)}</script>
<script type="application/json" id="details">
${details.join('\n')}
</script>
<script>${script}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character]!);
}

const BODY = `<noscript>This report is drawn by a script that stands in this file; nothing is loaded. Allow scripts to see it.</noscript>
<header>
  <div class="bar">
    <h1 id="title"></h1>
    <button type="button" id="theme" title="Dark or light">Theme</button>
  </div>
  <dl id="summary"></dl>
  <ul id="odd" class="odd" hidden></ul>
  <div id="left-out" class="left-out" hidden></div>
</header>
<main>
  <section id="timeline" class="panel" aria-labelledby="timeline-title">
    <div class="bar">
      <h2 id="timeline-title">Timeline</h2>
      <div class="legend" id="legend"></div>
      <div class="tools" id="timeline-tools"></div>
    </div>
    <div class="lanes" id="lanes"></div>
    <div class="tip" id="tip" hidden></div>
  </section>
  <div class="desk">
    <section id="conversation" class="panel" aria-labelledby="conversation-title">
      <div class="bar">
        <h2 id="conversation-title">Conversation</h2>
        <span class="quiet" id="shown" role="status"></span>
        <div class="tools">
          <select id="which" aria-label="Which lines are shown"></select>
          <input id="find" type="search" placeholder="Find" aria-label="Lines that hold this text" autocomplete="off" spellcheck="false">
        </div>
      </div>
      <div id="lines" class="lines" role="listbox" aria-labelledby="conversation-title" tabindex="0"></div>
    </section>
    <section id="detail" class="panel" aria-labelledby="detail-title">
      <div class="bar"><h2 id="detail-title">Bytes</h2><div class="tools" id="detail-tools"></div></div>
      <div id="detail-body"></div>
    </section>
  </div>
  <section id="sizes" class="panel" aria-labelledby="sizes-title">
    <div class="bar"><h2 id="sizes-title">Where the bytes go</h2><span class="quiet" id="sizes-note"></span></div>
    <div id="sizes-body" class="scroll"></div>
  </section>
  <section id="totals" class="panel" aria-labelledby="totals-title" hidden>
    <div class="bar"><h2 id="totals-title">Totals</h2></div>
    <div id="totals-body" class="totals"></div>
  </section>
</main>
<p class="unseen" id="live" aria-live="polite"></p>`;
