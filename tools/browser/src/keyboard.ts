import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** Further than any page of the stories is long. */
const MOST_STEPS = 80;

/** What has the focus: its name, where it is, and whether somebody who sees the page sees that. Runs in the page. */
const LOOK = `(() => {
  const active = document.activeElement;
  if (!active || active === document.body) return undefined;
  // A switch is drawn beside a box that nobody sees, a field's frame is around it.
  const drawn = [active, active.nextElementSibling, active.closest(".mantine-Input-input")].filter(Boolean);
  const ring = (one) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
  };
  const seen = drawn.find((one) => one.getBoundingClientRect().width > 1) ?? active;
  const { top, bottom, left, right } = seen.getBoundingClientRect();
  const hit = document.elementFromPoint((left + right) / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2);
  const region = active.closest("[role=dialog], header, nav, main") ?? document.body;
  const begin = region.getBoundingClientRect().top - region.scrollTop;
  return {
    name: (active.ariaLabel || active.labels?.[0]?.textContent || active.textContent || active.tagName).trim().slice(0, 60),
    ring: drawn.some(ring),
    inWindow: bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
    covered: hit !== null && !seen.contains(hit) && !hit.contains(seen) && !seen.parentElement.contains(hit),
    hit: hit?.className ?? "",
    region: region.tagName,
    // In what may be scrolled meanwhile.
    ...{ top: top - begin, bottom: bottom - begin, left, right },
  };
})()`;

interface Stop {
  readonly name: string;
  readonly ring: boolean;
  readonly inWindow: boolean;
  readonly covered: boolean;
  /** What is seen in its place. */
  readonly hit: string;
  readonly region: string;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Wholly above, or left of it in the same line. */
const isBefore = (one: Stop, other: Stop): boolean =>
  one.bottom <= other.top ||
  (one.top < other.bottom && one.right <= other.left);

/** Somebody without a mouse; keeps what they could not put up with. */
export const keyboard = (page: Page) => {
  const wrong = new Set<string>();
  const looked = async (): Promise<Stop | undefined> => {
    // A page that has just begun gives its heading the focus in a moment.
    const stop = await page.evaluate<Stop | undefined>(LOOK);
    if (!stop) return undefined;
    if (!stop.ring) wrong.add(`${stop.name}: nobody sees the focus`);
    if (!stop.inWindow) wrong.add(`${stop.name}: out of the window`);
    if (stop.covered) wrong.add(`${stop.name}: covered by ${stop.hit}`);
    return stop;
  };
  const has = (wanted: Locator): Promise<boolean> =>
    wanted.evaluate((one) => one.contains(one.ownerDocument.activeElement));
  const press = (...keys: readonly string[]): Promise<void> =>
    keys.reduce(
      (before, key) => before.then(() => page.keyboard.press(key)),
      Promise.resolve(),
    );
  return {
    wrong,
    press,
    type: (text: string): Promise<void> => page.keyboard.type(text),
    /** It has the focus by itself, or will in a moment. */
    at: async (wanted: Locator): Promise<void> => {
      await wanted.waitFor();
      await expect
        .poll(() => has(wanted), { message: `the focus is at ${wanted}` })
        .toBe(true);
      await looked();
    },
    /** A page that is not ours: by Tab, however it looks. */
    into: async (wanted: Locator): Promise<void> => {
      await wanted.waitFor();
      for (let step = 0; step < MOST_STEPS; step += 1) {
        if (await has(wanted)) return;
        await press("Tab");
      }
      throw new Error(`Tab never comes to ${wanted}`);
    },
    /** By Tab, and looks at each stop on the way: what follows is right of it or below. */
    to: async (wanted: Locator): Promise<void> => {
      await wanted.waitFor();
      let last: Stop | undefined;
      const way: string[] = [];
      for (let step = 0; step < MOST_STEPS; step += 1) {
        await press("Tab");
        const stop = await looked();
        way.push(stop?.name ?? "nothing");
        if (stop && last?.region === stop.region && isBefore(stop, last))
          wrong.add(`${stop.name}: comes after ${last.name}`);
        if (await has(wanted)) return;
        last = stop;
      }
      throw new Error(`Tab never comes to ${wanted}: ${way.join(" · ")}`);
    },
  };
};
