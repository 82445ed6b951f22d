/** What comes of reading: all that was said, or a fault that the registry knows. */
import codes from '../../spec/codes.json' with { type: 'json' };
import type { Outcome } from '../../spec/resp.ts';
import { same } from '../property.ts';

export function whole<T>({ items, fault }: Outcome<T>): readonly T[] {
  if (fault !== undefined) throw fault;
  return items;
}

export function codeOf(read: () => unknown): string {
  try {
    read();
    return 'taken';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

const REGISTERED = new Set(
  codes.errorCodes.flatMap(({ code, rules }) => rules.map((rule) => `${code} ${rule}`)),
);

/** The same in any chunks; a fault is a registered one, within the input. */
export function judged<T>(
  bytes: Uint8Array,
  chunks: readonly Uint8Array[],
  read: (chunks: readonly Uint8Array[]) => Outcome<T>,
  show: (item: T) => string,
): void {
  const told = ({ items, fault }: Outcome<T>): string =>
    [...items.map(show), fault === undefined ? 'no fault' : fault.message].join('\n');
  const { items, fault } = read([bytes]);
  if (fault !== undefined) {
    same('registered', String(REGISTERED.has(`${fault.code} ${fault.rule}`)), 'true');
    same('within', String(fault.offset >= 0 && fault.offset <= bytes.length), 'true');
  }
  same('in chunks', told(read(chunks)), told({ items, fault }));
}
