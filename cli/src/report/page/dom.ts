/** Making elements. Texts are put in as texts: nothing here reads HTML. */

type Child = Node | string | false | undefined;

/** An element with attributes, without those that are undefined or false, and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number | boolean | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  for (const child of children) if (child !== false && child !== undefined) element.append(child);
  return element;
}

export function svg(
  tag: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly Node[]
): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** An element of the page's own. */
export function byId(id: string): HTMLElement {
  return document.getElementById(id)!;
}

export function button(label: string, title: string, press: () => void): HTMLButtonElement {
  const element = el('button', { type: 'button', title, 'aria-label': title }, label);
  element.addEventListener('click', press);
  return element;
}

/** Says it to who does not see it. */
export function announce(text: string): void {
  byId('live').textContent = text;
}

/** Pixels between what was brought into sight and the edge. */
const GAP = 6;

/** Scrolls a box, not the page, until an element of it is seen; where the box reaches below the window, that is its end. */
export function bringIntoSight(box: HTMLElement, element: HTMLElement): void {
  const outer = box.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  const seen =
    outer.top < innerHeight - 3 * inner.height ? Math.min(outer.bottom, innerHeight) : outer.bottom;
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top + GAP;
  else if (inner.bottom > seen) box.scrollTop += inner.bottom - seen + GAP;
}
