/** Protobuf's own files, which come with the command. */
import { existsSync, readFileSync } from 'node:fs';

/** The text of `google/protobuf/timestamp.proto` and the like; undefined for what does not come with the command. */
export function bundled(name: string): string | undefined {
  if (!/^google\/protobuf\/(compiler\/)?\w+\.proto$/.test(name)) return undefined;
  // Beside the built command, or in the sources.
  for (const folder of ['./proto/', '../../../proto/']) {
    const path = new URL(folder + name, import.meta.url);
    if (existsSync(path)) return readFileSync(path, 'utf8');
  }
  return undefined;
}
