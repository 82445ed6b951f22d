/** Journals in files, for Node: what a session has to keep outlives its process, and a power cut. */
export { JournalError } from './errors.ts';
export type { JournalErrorCode } from './errors.ts';
export type { FileJournal } from './file-journal.ts';
export { JournalFile } from './journal-file.ts';
export type { Durable, JournalFileOptions } from './journal-file.ts';
export type { AppendFile, Storage } from './storage.ts';
