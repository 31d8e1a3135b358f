/** Parts of a page that only a script gives the focus to. */
const LANDING = '[tabindex="-1"]:not([aria-hidden])';

/** Gives the keyboard's focus to the first of them that takes it, else to the page's heading. */
export function land(
  places: Iterable<Element | null | undefined>,
  how?: FocusOptions,
): void {
  for (const place of places) {
    if (!(place instanceof HTMLElement) || !place.isConnected) continue;
    place.focus(how);
    if (document.activeElement === place) return;
  }
  document.querySelector("h1")?.focus(how);
}

/** From the innermost to the outermost. */
export function* landingsAround(
  element: Element | null | undefined,
): Generator<Element> {
  for (let at = element; at; at = at.parentElement)
    if (at.matches(LANDING)) yield at;
}

/** Of a part of the page, itself the first of them. */
export const landingsIn = (node: Node | null | undefined): Element[] =>
  node instanceof Element
    ? [
        ...(node.matches(LANDING) ? [node] : []),
        ...node.querySelectorAll(LANDING),
      ]
    : [];
