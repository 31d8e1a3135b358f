import {
  type DavRequest,
  type Next,
  type Quirk,
  type Reply,
  type Scene,
  succeeded,
  withHeaders,
  withReplyHeaders,
} from "../exchange.js";
import { children, inMultistatus, named, setText, textOf } from "../xml.js";

/** By which path two ways of writing an href are known as one. */
export const placeOf = (href: string): string => {
  const path = href.replace(/^https?:\/\/[^/]+/, "").replace(/\?.*$/, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** The server's ETags by those that are shown in their place, resource by resource. */
abstract class Masks {
  /** The ETag to be shown. */
  abstract shown(place: string, real: string): string;
  /** Whether showing it is what the quirk is about, and not only what makes that possible. */
  abstract misleads(now: Shown, before: Shown | undefined): boolean;
  /** A PUT or DELETE was carried out. */
  abstract changed(place: string, method: string): void;
  readonly #real = new Map<string, string>();
  readonly #last = new Map<string, Shown>();

  show(place: string, real: string, acted: () => void): string {
    const shown = this.shown(place, real);
    const key = `${place}\n${shown}`;
    const now = { shown, real, meant: this.#real.get(key) };
    if (this.misleads(now, this.#last.get(place))) acted();
    this.#last.set(place, now);
    this.#real.set(key, real);
    return shown;
  }

  /** What the server knows it as; as it is where it was never shown. */
  real(place: string, shown: string): string {
    return this.#real.get(`${place}\n${shown}`) ?? shown;
  }
}

interface Shown {
  readonly shown: string;
  readonly real: string;
  /** What the same one stood for until now. */
  readonly meant: string | undefined;
}

/** Counts the versions of a resource and begins anew with each resource. */
class Revisions extends Masks {
  readonly #known = new Map<string, string[]>();

  override shown(place: string, real: string): string {
    const known = this.#known.get(place) ?? [];
    if (known.at(-1) !== real) known.push(real);
    this.#known.set(place, known);
    return `"v${known.length}"`;
  }

  override changed(place: string, method: string): void {
    if (method === "DELETE") this.#known.delete(place);
  }

  /** The same one stands for something else now. */
  override misleads({ real, meant }: Shown): boolean {
    return meant !== undefined && meant !== real;
  }
}

/** Counts the PUTs of a resource into its ETag. */
class Puts extends Masks {
  readonly #counts = new Map<string, number>();

  override shown(place: string, real: string): string {
    return `"${this.#counts.get(place) ?? 0}-${real.replace(/"/g, "")}"`;
  }

  override changed(place: string): void {
    this.#counts.set(place, (this.#counts.get(place) ?? 0) + 1);
  }

  /** Another one stands for the same. */
  override misleads(now: Shown, before: Shown | undefined): boolean {
    return before?.real === now.real && before.shown !== now.shown;
  }
}

async function masked(
  masks: Masks,
  request: DavRequest,
  next: Next,
  { acted }: Scene,
): Promise<Reply> {
  const place = placeOf(request.path);
  const asked = ["if-match", "if-none-match"].flatMap((name) => {
    const value = request.headers[name];
    return value === undefined ? [] : [[name, masks.real(place, value)]];
  });
  const answer = await next(
    withHeaders(request, Object.fromEntries(asked) as Record<string, string>),
  );
  if (succeeded(answer) && ["PUT", "DELETE"].includes(request.method))
    masks.changed(place, request.method);
  const { etag } = answer.headers;
  // DAViCal's header of a PROPFIND is the ETag of that answer, and not of the resource.
  const shown =
    typeof etag === "string" && ["GET", "HEAD", "PUT"].includes(request.method)
      ? withReplyHeaders(answer, { etag: masks.show(place, etag, acted) })
      : answer;
  return inMultistatus(shown, (tree) => {
    for (const row of named(tree, "response")) {
      const [href] = named(children(row), "href");
      const [property] = named(children(row), "getetag");
      if (href === undefined || property === undefined) continue;
      const real = textOf(property);
      if (real !== "")
        setText(property, masks.show(placeOf(textOf(href)), real, acted));
    }
  });
}

const mask =
  (key: string, make: () => Masks) =>
  (request: DavRequest, next: Next, scene: Scene) =>
    masked(scene.memory(key, make), request, next, scene);

export const ETAG_QUIRKS = {
  "etag-repeats": {
    sentence:
      "A resource that was deleted and made again has the ETags of the first one once more.",
    seen: "1 of 6",
    tells: true,
    behave: mask("etag-repeats", () => new Revisions()),
  },
  "identical-put-changes-etag": {
    sentence: "A PUT of the very text that is there changes the ETag.",
    seen: "1 of 6",
    tells: true,
    behave: mask("identical-put-changes-etag", () => new Puts()),
  },
} satisfies Record<string, Omit<Quirk, "name">>;
