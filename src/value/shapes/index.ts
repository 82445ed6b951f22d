/**
 * For speed: what encoding and decoding remember from value to value. Given as the option `shapes` they change how long it
 * takes, and nothing else.
 */
export { ShapeCompiler } from './compiler.ts';
export type { ShapeCompilerOptions } from './compiler.ts';
export { ShapeMemory } from './memory.ts';
