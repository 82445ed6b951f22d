/** Field masks: paths in snake case, in JSON one text of paths in lower camel case. */

/** What would come back from camel case as something else: a capital, a `_` without a letter that can become one, a comma. */
const ONE_WAY = /[A-Z,]|_(?![a-z])/;

/** The text of a mask; undefined where a path would not come back. */
export function formatMask(paths: readonly unknown[]): string | undefined {
  const camel = paths.map((path) =>
    typeof path === 'string' && path !== '' && !ONE_WAY.test(path)
      ? path.replace(/_[a-z]/g, (pair) => pair.charAt(1).toUpperCase())
      : undefined,
  );
  return camel.includes(undefined) ? undefined : camel.join(',');
}

/** The paths of a mask's text; undefined where one is empty or holds `_`. */
export function parseMask(text: string): string[] | undefined {
  if (text === '') return [];
  const paths = text.split(',');
  if (paths.includes('') || text.includes('_')) return undefined;
  return paths.map((path) => path.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`));
}
