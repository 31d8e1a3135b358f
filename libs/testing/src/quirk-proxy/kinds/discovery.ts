import {
  type DavRequest,
  type Next,
  type Quirk,
  question,
  reply,
  type Scene,
} from "../exchange.js";
import {
  children,
  inMultistatus,
  named,
  setChildren,
  setText,
} from "../xml.js";

const isWellKnown = (path: string): boolean => path.startsWith("/.well-known/");

/** Where the server itself sends those who look for it: its root, or a path. */
const rootOf = (
  request: DavRequest,
  next: Next,
  scene: Scene,
): Promise<string> =>
  scene.memory("discovery root", async () => {
    const path = "/.well-known/caldav";
    const { headers } = await next(question({ ...request, path }, "GET"));
    const { location } = headers;
    return typeof location === "string"
      ? new URL(location, scene.origin).pathname
      : "/";
  });

/** The only place where `discovery-in-sub-path` answers. */
export const SUB_PATH = "/dav.php/";

export const DISCOVERY_QUIRKS = {
  "well-known-missing": {
    sentence: "There is no .well-known.",
    seen: "some of 6",
    behave: async (request, next) =>
      isWellKnown(request.path) ? reply(404) : next(request),
  },
  "well-known-relative": {
    sentence: "The redirect of .well-known names a path.",
    seen: "some of 6",
    behave: async (request, next, scene) =>
      isWellKnown(request.path)
        ? reply(301, { location: await rootOf(request, next, scene) })
        : next(request),
  },
  "well-known-absolute": {
    sentence: "The redirect of .well-known names a whole address.",
    seen: "some of 6",
    behave: async (request, next, scene) =>
      isWellKnown(request.path)
        ? reply(301, {
            location: `${scene.origin}${await rootOf(request, next, scene)}`,
          })
        : next(request),
  },
  "discovery-in-sub-path": {
    sentence: `Discovery works from ${SUB_PATH} only: the root knows no principals, and there is no .well-known.`,
    seen: "some of 6",
    behave: async (request, next, scene) => {
      const { path } = request;
      const root = await rootOf(request, next, scene);
      if (isWellKnown(path) || path === "/" || path === root) return reply(404);
      if (path !== SUB_PATH) return next(request);
      return inMultistatus(await next({ ...request, path: root }), (tree) => {
        const [href] = named(tree, "href");
        if (href !== undefined) setText(href, SUB_PATH);
      });
    },
  },
} satisfies Record<string, Omit<Quirk, "name">>;

/**
 * A principal whose `calendar-user-address-set` (RFC 6638 section 2.4.1) holds these hrefs. Not in the table: it is what
 * servers with scheduling do; those of Debian tell a path, nothing after `mailto:`, or one whose colon is encoded.
 */
export const addressesTold = (hrefs: readonly string[]): Quirk => ({
  name: "addresses-told",
  sentence: `The user's addresses are ${hrefs.join(", ")}.`,
  behave: async (request, next) =>
    inMultistatus(await next(request), (tree) => {
      for (const set of named(tree, "calendar-user-address-set")) {
        const [href] = named(children(set), "href");
        if (href === undefined) continue;
        setChildren(
          set,
          hrefs.map((text) => {
            const told = { ...href };
            setText(told, text);
            return told;
          }),
        );
      }
    }),
});
