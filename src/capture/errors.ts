/** A capture file that is not what it says it is: what follows can't be found. */
export class CaptureError extends Error {
  /** Offset in the file of the item at fault. */
  readonly offset: number;
  /** What was found, in words that hold no raw byte of the file. */
  readonly detail: string;

  constructor(offset: number, detail: string) {
    super(`${detail} (at byte ${offset} of the capture)`);
    this.name = 'CaptureError';
    this.offset = offset;
    this.detail = detail;
  }
}
