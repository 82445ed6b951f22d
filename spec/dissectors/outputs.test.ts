/** The committed dissectors are what the generator makes of codes.json. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { outputs } from './outputs.ts';

describe('the dissectors', () => {
  it.each([...outputs()])(
    'are generated anew when codes.json changes (npm run dissectors): %s',
    (name, text) => {
      expect(readFileSync(new URL(name, import.meta.url), 'utf8')).toBe(text);
    },
  );
});
