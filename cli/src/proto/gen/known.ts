/** The function that tells a closed enum's numbers. */
import type { EnumType } from 'petrel/message';
import type { Scope } from './scope.ts';

/** The name of a function that tells a closed enum's numbers, written once a module. */
export function knownTest(type: EnumType, scope: Scope): string {
  return scope.shared(`is ${type.name}`, `is$${scope.declared(type.name).id}`, (name) => {
    const numbers = [...new Set(Object.values(type.values))];
    return [
      `function ${name}(value: ${scope.helper('type Draft')}): boolean {`,
      '  switch (value) {',
      ...numbers.map((no) => `    case ${no}:`),
      '      return true;',
      '    default:',
      '      return false;',
      '  }',
      '}',
    ];
  });
}
