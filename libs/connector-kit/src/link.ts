import { createHash } from "node:crypto";
import { fingerprintText } from "@ams-sync/sync-core";
import type { Canonical, Fields, LinkView, Origin } from "@ams-sync/sync-core";
import { usableVersion } from "./item-version.js";
import type { AmsEntry, Link } from "./run-state.js";

/** What the planner sees of a stored link. `fields` was written by `linkOf`; a reset leaves it empty. */
export const linkView = (link: Link): LinkView => ({
  origin: link.origin,
  itemId: link.itemId,
  ...(link.itemVersion !== undefined && { itemVersion: link.itemVersion }),
  ...formOf(link.fields === "" ? {} : (JSON.parse(link.fields) as Fields)),
  ...(link.lost && { lost: link.lost }),
  ...(link.elsewhere && { elsewhere: true }),
});

/** What is remembered beside the agreed fields; no field is named so. */
const OPEN = "";
const UNKEPT = "-";
const ZONE = "@";

type Form = Pick<LinkView, "base" | "open" | "unkept" | "unseen" | "zone">;

const formOf = ({
  [OPEN]: open,
  [UNKEPT]: unkept,
  [ZONE]: zone,
  ...base
}: Fields): Form => ({
  base,
  ...(zone !== undefined && { zone }),
  ...(open !== undefined && { open: open.split(" ") }),
  ...unkeptOf(base, unkept),
});

/** Earlier releases did not say: of their links nobody knows what the item ever held (ADR 0019). */
const unkeptOf = (
  base: Fields,
  text: string | undefined,
): Pick<Form, "unkept" | "unseen"> => {
  const names = Object.keys(base);
  if (text === undefined)
    return names.length > 0 ? { unkept: names, unseen: true } : {};
  return text === "" ? {} : { unkept: text.split(" ") };
};

const textOf = ({
  base,
  open = [],
  unkept = [],
  zone,
}: {
  readonly [key in Exclude<keyof Form, "unseen">]?: Form[key] | undefined;
}): string => {
  const lacking = unkept.filter((name) => base?.[name] !== undefined);
  return JSON.stringify({
    ...base,
    ...(open.length > 0 && { [OPEN]: open.join(" ") }),
    ...(Object.keys(base ?? {}).length > 0 && { [UNKEPT]: lacking.join(" ") }),
    ...(zone !== undefined && base?.["date"] !== undefined && { [ZONE]: zone }),
  });
};

/** The same link once it is known what the item kept. */
export const withUnkept = (link: Link, unkept: readonly string[]): Link => ({
  ...link,
  fields: textOf({ ...formOf(JSON.parse(link.fields) as Fields), unkept }),
});

/** The same link with another agreed form. */
export const withBase = (link: Link, base: Fields): Link => ({
  ...link,
  fields: textOf({
    ...(link.fields !== "" && formOf(JSON.parse(link.fields) as Fields)),
    base,
  }),
});

/** Only firms have one name. */
export const contactType = (base: Fields): "private" | "commercial" =>
  base["name"] === undefined ? "private" : "commercial";

/** What both sides agreed on; nothing after a reset. */
export const agreedForm = (link: Link): Canonical | undefined => {
  const { base } = linkView(link);
  if (Object.keys(base).length === 0) return undefined;
  return link.kind === "appointment"
    ? { type: "appointment", fields: base }
    : { type: contactType(base), fields: base };
};

/** What is to be remembered once record and item agree on `base`. */
export const linkOf = (
  entry: Pick<AmsEntry, "kind" | "recordId">,
  agreed: {
    readonly itemId: string;
    readonly itemVersion?: string | undefined;
    readonly base: Fields;
    readonly origin: Origin;
    readonly history?: string | undefined;
    /** Fields that were not compared. */
    readonly open?: readonly string[] | undefined;
    /** Fields that were written and that the item does not hold. */
    readonly unkept?: readonly string[] | undefined;
    /** The zone that its times are wall times of. */
    readonly zone?: string | undefined;
  },
): Link => {
  const itemVersion = usableVersion(agreed.itemVersion);
  return {
    kind: entry.kind,
    recordId: entry.recordId,
    itemId: agreed.itemId,
    ...(itemVersion !== undefined && { itemVersion }),
    hash: createHash("sha256")
      .update(fingerprintText({ fields: agreed.base }))
      .digest("hex"),
    fields: textOf(agreed),
    origin: agreed.origin,
    ...(agreed.history !== undefined && { history: agreed.history }),
  };
};
