import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { keyboard } from "./keyboard.js";
import { rest, unanswered } from "./rest.js";

/** An address without a page of its own. */
export const NOWHERE = "/nowhere";

/** Somebody with a browser of their own, with everything that went wrong in it. */
export interface Visitor {
  readonly page: Page;
  /** Errors of the page and refusals of its policy. */
  readonly faults: readonly string[];
  /** Until the heading of the page that belongs to the path stands there. */
  goTo(path: string): Promise<void>;
  /** Until all that is shown has come to rest. */
  rest(): Promise<void>;
  /** What axe finds at what is shown now: rule and place. */
  violations(): Promise<string[]>;
  /** Pixels that the page is wider than the window. */
  overflow(): Promise<number>;
  leave(): Promise<void>;
}

export interface Visit {
  readonly console: string;
  /** Of a user of ams, or "hoster". */
  readonly login: string;
  /** Where the visit begins. */
  readonly path?: string;
  readonly options?: BrowserContextOptions;
  /** What they sign in with; default: whatever is quickest. */
  readonly hand?: "keyboard";
  /** The page's clock goes on as it is told to. */
  readonly clock?: boolean;
}

const PATIENCE_MS = 15_000;

/** Signs in at the real issuer, by its form. */
export async function visit(
  browser: Browser,
  { console: origin, login, path = "/", options, clock, hand }: Visit,
): Promise<Visitor> {
  const context = await browser.newContext({ locale: "de-DE", ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  if (clock === true) await page.clock.install();
  const faults: string[] = [];
  const asked = unanswered(page);
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    const text = message.text();
    // Answers like 412 and 422 are part of the conversation; the browser logs them as failures to load.
    if (message.type() === "error" && !text.startsWith("Failed to load"))
      faults.push(text);
  });
  await page.goto(origin + path);
  if (hand === "keyboard") {
    await keyboard(page).into(page.locator("input[name=login]"));
    await page.keyboard.type(login);
    await page.keyboard.press("Enter");
  } else {
    await page.fill("input[name=login]", login);
    await page.click("button[type=submit]");
  }
  await page.waitForSelector("main h1, main [role=alert]");
  return {
    page,
    faults,
    goTo: async (to) => {
      // Two paths of one page share its heading, which would not tell one from the other.
      if (!page.url().endsWith(NOWHERE)) await turnTo(page, NOWHERE);
      if (to !== NOWHERE) await turnTo(page, to);
    },
    rest: () => rest(page, asked),
    violations: async () => {
      const { violations } = await new AxeBuilder({ page })
        .options({ resultTypes: ["violations"] })
        .analyze();
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary = "" }) => {
          const [, why = ""] = failureSummary.split("\n");
          return `${id} at ${target.join(" ")}: ${why.trim()}`;
        }),
      );
    },
    overflow: () =>
      page.evaluate<number>(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      ),
    leave: () => context.close(),
  };
}

/** To another page, until its heading has taken the place of the present one. */
async function turnTo(page: Page, path: string): Promise<void> {
  // In the page, as a token lives no longer than it.
  await page.evaluate(
    `document.querySelector("main h1")?.setAttribute("data-left", "");
     history.pushState(null, "", ${JSON.stringify(path)});
     dispatchEvent(new PopStateEvent("popstate"))`,
  );
  await page.waitForSelector("main h1:not([data-left])");
}
