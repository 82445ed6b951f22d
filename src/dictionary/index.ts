/** Preset dictionaries for PACKs: the one that ships, others from your own traffic, and what a session needs to use them. */
export { chatDictionary } from './chat.ts';
export { contentId, dictionary } from './dictionary.ts';
export type { Dictionary } from './dictionary.ts';
export { packing } from './packing.ts';
export type { Compressor, Packing } from './packing.ts';
export { trainDictionary } from './train.ts';
export type { TrainingOptions } from './train.ts';
