/** The suites, in the order in which they are measured and printed. */
import type { Suite } from '../suite.ts';

const NAMES = ['codecs', 'commands', 'streams', 'deep', 'sessions', 'growing'] as const;

/** A suite and the module that the processes load which measure it. */
export interface Loaded {
  readonly suite: Suite;
  readonly url: string;
}

export async function loadSuites(): Promise<Loaded[]> {
  return Promise.all(NAMES.map((name) => loadSuite(new URL(`${name}.ts`, import.meta.url).href)));
}

export async function loadSuite(url: string): Promise<Loaded> {
  const { suite } = (await import(url)) as { readonly suite: Suite };
  return { suite, url };
}
