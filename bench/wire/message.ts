/** The message that every protocol carries: from one person to another, a text of 100 bytes. */

/** Who the client is, and who it talks to. */
export const FROM = 'ann';
export const PEER = 'bob';

export const TEXT =
  'How about dinner at the harbour tonight? Bring the others along, and tell me by six if you can come.';
