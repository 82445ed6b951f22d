/** Colours of middling lightness: at least 3 to 1 against the ground of light and of dark pages, and told apart by the colour-blind. */

/** What is ours, in the order in which it is met. */
export const OURS = ['#e8590c', '#c2255c', '#9c6a00'] as const;
/** The others. */
export const OTHERS = ['#1c7ed6', '#2b8a3e', '#9c36b5', '#0c8599', '#5c7080', '#7d6608'] as const;
/** Those that need not be told apart. */
export const QUIET = '#7b8794';
