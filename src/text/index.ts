/** The text form of frames and values, which `spec/text.md` defines: it loses nothing, whatever the bytes. */
export { formatValue } from './format.ts';
export type { FormatOptions } from './format.ts';
export { parseLines, parseText, protocolOf } from './parse.ts';
export type { Parsed, ParsedLine } from './parse.ts';
export { FramePrinter, printText, printValues, withComment } from './print.ts';
export type { PrintOptions, TextLine } from './print.ts';
export { TextError } from './scanner.ts';
