import type { Page } from "playwright-core";

/** Small words that the other language does not have, and no name is made of. */
const WORDS = {
  de: "the|and|is|are|not|with|of|be|your|which|there|to|for|from|by|at|has|been|nothing|user|users|account|accounts",
  en: "der|das|und|nicht|ist|sind|wird|werden|wurde|für|mit|kein|keine|oder|nur|auf|dort|zum|zur|Sie|Ihre|bei|noch|Kunde|Kunden|Termin|Termine|Kontakte|Konto|Benutzer|Kennwort",
} as const;

/** Text that is cut off, that something else lies on, or that is of the other language. Of a dialog or a menu alone where one is open. */
const LOOK = `((words) => {
  const found = [];
  const other = new RegExp("(?<![\\\\p{L}-])(" + words + ")(?![\\\\p{L}-])", "u");
  const inWindow = ({ left, right, top, bottom }) => left >= -1 && right <= innerWidth + 1 && top >= 0 && bottom <= innerHeight;
  const foreign = (text, at) => {
    if (at.closest("[lang]") !== document.documentElement) return;
    const word = other.exec(text)?.[1];
    if (word) found.push("other language (" + word + "): " + text.trim());
  };
  const within = document.querySelector("[role=dialog], [role=menu]") ?? document.body;
  const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.parentElement;
    const text = node.textContent ?? "";
    if (text.trim() === "" || at.closest("script, style, noscript, [aria-hidden=true], [inert], .skip-link")) continue;
    if (!at.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const [rect] = range.getClientRects();
    if (!rect || rect.width <= 1) continue;
    foreign(text, at);
    const all = range.getBoundingClientRect();
    const clips = (one) => {
      const { overflowX, overflowY } = getComputedStyle(one);
      const box = one.getBoundingClientRect();
      return (/hidden|clip/.test(overflowX) && (all.right > box.right + 1 || all.left < box.left - 1)) ||
        (/hidden|clip/.test(overflowY) && (all.bottom > box.bottom + 2 || all.top < box.top - 2));
    };
    for (let one = at; one && one !== document.body; one = one.parentElement)
      if (clips(one)) { found.push("cut off: " + text.trim()); break; }
    if (all.left < -1 || all.right > innerWidth + 1) found.push("out of the window: " + text.trim());
    for (const one of range.getClientRects()) {
      if (!inWindow(one)) continue;
      const hit = document.elementFromPoint((one.left + one.right) / 2, (one.top + one.bottom) / 2);
      if (!hit || hit === at || at.contains(hit) || hit.contains(at) || hit.closest("label")?.contains(at)) continue;
      found.push("covered: " + text.trim());
      break;
    }
  }
  for (const at of within.querySelectorAll("[aria-label], [placeholder], [title]"))
    for (const name of ["aria-label", "placeholder", "title"])
      foreign(at.getAttribute(name) ?? "", at);
  for (const field of within.querySelectorAll("input[readonly]"))
    if (field.scrollWidth > field.clientWidth + 1 && getComputedStyle(field).textOverflow !== "ellipsis") found.push("cut off: " + field.value);
  foreign(document.title, document.documentElement);
  return [...new Set(found)];
})`;

/** @param locale of the page, such as de-DE @returns what somebody could not read, each with its text */
export const unreadable = (page: Page, locale: string): Promise<string[]> =>
  page.evaluate<string[]>(
    `${LOOK}(${JSON.stringify(WORDS[locale.startsWith("de") ? "de" : "en"])})`,
  );
