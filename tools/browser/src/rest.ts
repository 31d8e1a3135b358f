import type { Page, Request } from "playwright-core";

const PATIENCE_MS = 15_000;
/** Frames in succession that look the same. A part that fades in is drawn for two of them before it begins to move. */
const CALM_FRAMES = 6;
/** Stays open as long as the page does. */
const UNENDING = /\/progress$/;

/** After the next frame: what is shown, or what has yet to end. */
const SHOWN = `(async () => {
  await new Promise((resolve) => requestAnimationFrame(resolve));
  const moving = document.getAnimations().filter(({ pending, playState }) => pending || playState === "running");
  const unfinished = [
    ...(document.querySelector(".mantine-Loader-root") ? ["loads"] : []),
    ...(moving.length > 0 ? ["moves"] : []),
    ...(document.fonts.status === "loaded" ? [] : ["waits for fonts"]),
  ];
  return { unfinished, html: document.documentElement.outerHTML };
})()`;

interface Shown {
  readonly unfinished: readonly string[];
  readonly html: string;
}

/** What is asked of the servers and not answered to its end. */
export function unanswered(page: Page): ReadonlySet<Request> {
  const open = new Set<Request>();
  page.on("request", (request) => {
    if (!UNENDING.test(new URL(request.url()).pathname)) open.add(request);
  });
  page.on("requestfinished", (request) => open.delete(request));
  page.on("requestfailed", (request) => open.delete(request));
  return open;
}

/** Waits until nothing is asked, loads, moves or changes. Of a page whose clock is its own. */
export async function rest(
  page: Page,
  asked: ReadonlySet<Request>,
): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  let before = "";
  for (let calm = 0; calm < CALM_FRAMES;) {
    const { unfinished, html } = await page.evaluate<Shown>(SHOWN);
    const still = [
      ...unfinished,
      ...[...asked].map((request) => `asks ${request.url()}`),
      ...(html === before ? [] : ["changes"]),
    ];
    before = html;
    calm = still.length === 0 ? calm + 1 : 0;
    if (calm === 0 && Date.now() > end)
      throw new Error(
        `The page does not come to rest: it ${still.join(", ")} after ${PATIENCE_MS} ms.`,
      );
  }
}
