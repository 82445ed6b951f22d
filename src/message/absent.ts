/** What absent fields read as: shared, frozen, and told from a message's own by identity, interpreted and generated alike. */

/** A field without elements, until it has one. */
export const NONE: readonly never[] = /* @__PURE__ */ Object.freeze([]);
/** A map without entries, until it has one. It has no prototype: every key is data. */
export const NO_ENTRIES: object = /* @__PURE__ */ Object.freeze(/* @__PURE__ */ Object.create(null));
/** The default of a `bytes` field. */
export const NO_BYTES: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
