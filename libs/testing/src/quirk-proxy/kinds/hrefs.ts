import type { DavRequest, Next, Quirk, Reply, Scene } from "../exchange.js";
import { inMultistatus, named, setText, textOf } from "../xml.js";
import { placeOf } from "./etags.js";

/**
 * Hrefs in a multistatus, written in another way. What is given is the decoded path. `known`: what else the server would
 * have to understand in a client's words.
 */
const written =
  (
    as: (path: string, origin: string) => string,
    known = (text: string): string => text,
  ) =>
  async (request: DavRequest, next: Next, scene: Scene): Promise<Reply> => {
    const body =
      request.method === "REPORT"
        ? Buffer.from(known(request.body.toString("utf8")))
        : request.body;
    const answer = await next({ ...request, path: known(request.path), body });
    return inMultistatus(answer, (tree) => {
      for (const href of named(tree, "href"))
        setText(href, as(placeOf(textOf(href).trim()), scene.origin));
    });
  };

const encoded = (path: string): string =>
  path.split("/").map(encodeURIComponent).join("/");

const MORE = /[-.~!'()*]/g;
/** RFC 3986 section 6.2.2.2: the same to a server that writes it so, and not to every one behind this proxy. */
const lessEncoded = (text: string): string =>
  text.replace(/%(2[DE1789A]|7E)/g, decodeURIComponent);

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
    behave: written(
      (path) =>
        encoded(path).replace(
          MORE,
          (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
        ),
      lessEncoded,
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
