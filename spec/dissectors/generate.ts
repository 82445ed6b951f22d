/** Writes the dissectors: `npm run dissectors`. */
import { writeFileSync } from 'node:fs';
import { outputs } from './outputs.ts';

for (const [name, text] of outputs()) {
  writeFileSync(new URL(name, import.meta.url), text);
  console.log(`spec/dissectors/${name}: ${text.length} characters`);
}
