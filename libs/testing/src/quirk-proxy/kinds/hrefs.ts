import type { DavRequest, Next, Quirk, Reply, Scene } from "../exchange.js";
import { inMultistatus, named, setText, textOf } from "../xml.js";
import { placeOf } from "./etags.js";

/** Hrefs in a multistatus, written in another way. What is given is the decoded path. */
const written =
  (as: (path: string, origin: string) => string) =>
  async (request: DavRequest, next: Next, scene: Scene): Promise<Reply> =>
    inMultistatus(await next(request), (tree) => {
      for (const href of named(tree, "href"))
        setText(href, as(placeOf(textOf(href).trim()), scene.origin));
    });

const encoded = (path: string): string =>
  path.split("/").map(encodeURIComponent).join("/");

export const HREF_QUIRKS = {
  "hrefs-lower": {
    sentence: "Hrefs come back encoded in lower case.",
    seen: "4 of 6 write hrefs in a way of their own",
    behave: written((path) =>
      encoded(path).replace(/%../g, (code) => code.toLowerCase()),
    ),
  },
  "hrefs-upper": {
    sentence:
      "Hrefs come back with more encoded than is needed, in upper case.",
    seen: "4 of 6 write hrefs in a way of their own",
    behave: written((path) =>
      encoded(path).replace(
        /[-.~!'()*]/g,
        (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    ),
  },
  "hrefs-decoded": {
    sentence: "Hrefs come back not encoded at all.",
    seen: "4 of 6 write hrefs in a way of their own",
    behave: written((path) => path),
  },
  "hrefs-absolute": {
    sentence: "Hrefs come back as whole addresses.",
    seen: "4 of 6 write hrefs in a way of their own",
    behave: written((path, origin) => `${origin}${encoded(path)}`),
  },
} satisfies Record<string, Omit<Quirk, "name">>;
