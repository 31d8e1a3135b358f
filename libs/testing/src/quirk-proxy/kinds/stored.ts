import type { DavRequest, Next, Quirk, Reply, Scene } from "../exchange.js";
import { inMultistatus, named, setText, textOf } from "../xml.js";
import { fold, unfold } from "../content-lines.js";
import {
  asVersion3,
  trimmed,
  withClass,
  withoutSome,
  withScheduleStatus,
  withUpperGroups,
  reordered,
} from "../rewrites.js";

type Rewritten = (text: string) => string;

/** However they are folded. */
const otherLines = (one: string, other: string): boolean =>
  unfold(one).join("\n") !== unfold(other).join("\n");

/**
 * A server that stores something else than it was sent. The change is made on the way in and again on the way out: real
 * servers write what they parsed anew, and would undo the one or the other.
 */
const storesAs =
  (rewrite: Rewritten, differs = otherLines) =>
  async (request: DavRequest, next: Next, { acted }: Scene): Promise<Reply> => {
    const change: Rewritten = (text) => {
      const stored = rewrite(text);
      if (differs(text, stored)) acted();
      return stored;
    };
    const isItem =
      request.method === "PUT" && /^BEGIN:V/i.test(request.body.toString());
    const answer = await next(
      isItem
        ? { ...request, body: Buffer.from(change(request.body.toString())) }
        : request,
    );
    const text = answer.body.toString();
    if (request.method === "GET" && /^BEGIN:V/i.test(text))
      return { ...answer, body: Buffer.from(change(text)) };
    return inMultistatus(answer, (tree) => {
      for (const kind of ["address-data", "calendar-data"])
        for (const data of named(tree, kind)) {
          const item = textOf(data);
          if (/^BEGIN:V/i.test(item)) setText(data, change(item));
        }
    });
  };

const byLine =
  (change: (lines: readonly string[]) => readonly string[]): Rewritten =>
  (text) =>
    fold(change(unfold(text)));

const ANY = "5 of 6";

export const STORED_QUIRKS = {
  "stored-reordered": {
    sentence: "The lines of an item come back in another order.",
    seen: ANY,
    tells: true,
    behave: storesAs(byLine(reordered)),
  },
  "stored-refolded": {
    sentence: "The lines of an item come back folded at another width.",
    seen: ANY,
    tells: true,
    behave: storesAs(
      (text) => fold(unfold(text), 31),
      (one, other) => one !== other,
    ),
  },
  "stored-groups-upper": {
    sentence: "The groups of a card's lines come back in upper case.",
    seen: ANY,
    tells: true,
    behave: storesAs(byLine(withUpperGroups)),
  },
  "stored-trimmed": {
    sentence:
      "White space and empty parts at the end of a value are not stored.",
    seen: ANY,
    tells: true,
    behave: storesAs(byLine(trimmed)),
  },
  "stored-as-vcard-3": {
    sentence: "A card of version 4 is stored as one of version 3.",
    seen: ANY,
    tells: true,
    behave: storesAs(byLine(asVersion3)),
  },
  "stored-with-class": {
    sentence: "CLASS:PUBLIC is added to items that say nothing of it.",
    seen: ANY,
    tells: true,
    behave: storesAs(byLine(withClass)),
  },
  "stored-without-field": {
    sentence:
      "A card is stored without its gender and all telephone numbers but the first, an event without place and text.",
    seen: "none of 6",
    tells: true,
    behave: storesAs(byLine(withoutSome)),
  },
  "stored-with-schedule-status": {
    sentence: "SCHEDULE-STATUS is added to those who attend an event.",
    seen: ANY,
    tells: true,
    behave: storesAs(byLine(withScheduleStatus)),
  },
} satisfies Record<string, Omit<Quirk, "name">>;
