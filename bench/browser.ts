// Measures the codecs in Chromium, and writes what was found to results and to the report: npm run bench:browser
import { measureInBrowser } from './browser/measure.ts';
import { browserSection, keepBrowserResults } from './browser/results.ts';

const results = await measureInBrowser((line) => console.error(line));
keepBrowserResults(results);
console.log(browserSection(results));
console.error('npm run bench -- --table puts it into bench/RESULTS.md');
