import { type Quirk, reply } from "../exchange.js";
import { inMultistatus, named, setText } from "../xml.js";

const isWellKnown = (path: string): boolean => path.startsWith("/.well-known/");

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
    behave: async (request, next) =>
      isWellKnown(request.path) ? reply(301, { location: "/" }) : next(request),
  },
  "well-known-absolute": {
    sentence: "The redirect of .well-known names a whole address.",
    seen: "some of 6",
    behave: async (request, next, { origin }) =>
      isWellKnown(request.path)
        ? reply(301, { location: `${origin}/` })
        : next(request),
  },
  "discovery-in-sub-path": {
    sentence: `Discovery works from ${SUB_PATH} only: the root knows no principals, and there is no .well-known.`,
    seen: "some of 6",
    behave: async (request, next) => {
      const { path } = request;
      if (isWellKnown(path) || path === "/") return reply(404);
      if (path !== SUB_PATH) return next(request);
      return inMultistatus(await next({ ...request, path: "/" }), (tree) => {
        const [href] = named(tree, "href");
        if (href !== undefined) setText(href, SUB_PATH);
      });
    },
  },
} satisfies Record<string, Omit<Quirk, "name">>;
