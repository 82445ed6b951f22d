/** The end of a link: what its CLOSE says, ours or the peer's. */
export interface Ending {
  readonly code: number;
  readonly text: string;
}
