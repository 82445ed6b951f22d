/** Files that may be text or descriptor sets. */
import { readFileSync, realpathSync } from 'node:fs';
import { ProtocolError } from 'petrel';
import { FileDescriptorSet, type FileDescriptorProto } from 'petrel/descriptor';
import { decodeMessage, encodeMessage } from 'petrel/message';
import { usage } from '../../exit.ts';

/** A file's bytes; undefined where there is none. @throws CommandError USAGE for what can't be read. */
export function read(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw usage(`can't read ${path}: ${code === 'EISDIR' ? 'it is a directory' : message}`);
  }
}

/** Descriptors hold small numbers, which are control characters to a text; a `.proto` file holds none. */
export function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

/** A file's text. @throws CommandError USAGE for what is not UTF-8. */
export function decodeText(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw usage(`${path}: is not UTF-8 text`);
  }
}

/** The descriptors in a file. @throws CommandError USAGE for bytes that are none. */
export function decodeSet(path: string, bytes: Uint8Array): FileDescriptorSet {
  try {
    return decodeMessage(FileDescriptorSet, bytes);
  } catch (error) {
    throw error instanceof ProtocolError
      ? usage(`${path}: is no .proto file, and no descriptor set: ${error.message}`)
      : error;
  }
}

/** Whether two descriptors of files say the same. */
export function isSame(one: FileDescriptorProto, other: FileDescriptorProto): boolean {
  const [a, b] = [one, other].map((file) => encodeMessage(FileDescriptorSet, { file: [file] }));
  return Buffer.compare(a!, b!) === 0;
}

/** Where a file really is; the name itself for what is in no folder. */
export function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
