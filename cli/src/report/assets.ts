/** The script and the style of the page. */
import { existsSync, readFileSync } from 'node:fs';

export interface Assets {
  readonly script: string;
  readonly style: string;
}

/** Reads what cli/build.ts made of the folder `page`. */
export function readAssets(): Assets {
  return { script: read('page.js'), style: read('page.css') };
}

/** Beside the built command; for the sources, where they were built to. */
function read(name: string): string {
  const beside = new URL(`./report/${name}`, import.meta.url);
  const file = existsSync(beside) ? beside : new URL(`../../dist/report/${name}`, import.meta.url);
  return readFileSync(file, 'utf8');
}
