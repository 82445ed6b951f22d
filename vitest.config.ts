import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const from = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests that import the package by its name run against the sources, so that coverage sees them.
    alias: [
      { find: /^petrel\/spec\/(.+)$/, replacement: from('./spec/$1') },
      { find: /^petrel\/package\.json$/, replacement: from('./package.json') },
      { find: /^petrel\/message\/generated$/, replacement: from('./src/message/generated.ts') },
      { find: /^petrel\/(inspect|text)\/resp$/, replacement: from('./src/$1/resp.ts') },
      { find: /^petrel\/(frame\/[a-z]+|value\/(?:into|kinds))$/, replacement: from('./src/$1.ts') },
      { find: /^petrel\/link\/websocket$/, replacement: from('./src/link/websocket.ts') },
      { find: /^petrel\/link\/connect$/, replacement: from('./src/link/connect/index.ts') },
      { find: /^petrel\/([a-z]+)$/, replacement: from('./src/$1/index.ts') },
      { find: /^petrel$/, replacement: from('./src/index.ts') },
    ],
  },
  test: {
    // By default one core is left idle: with two cores that is half of them.
    maxWorkers: '100%',
    include: ['{src,cli,fuzz,spec,bench}/**/*.test.ts'],
    // helpers.test.ts has no tests: it is what a layer's tests share.
    exclude: ['**/node_modules/**', '**/dist/**', '**/helpers.test.ts'],
    // Timings never decide a test: these only end one that hangs, also on a machine that is busy with something else.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'cli/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text', 'html', 'json-summary'],
    },
  },
});
