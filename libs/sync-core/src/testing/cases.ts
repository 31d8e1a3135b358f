import type { Fields } from "../canonical.js";
import type { LinkView, PlanInput } from "../plan-types.js";
import { plan } from "../plan.js";

const AGREED: Fields = { city: "Köln", lastName: "Müller" };
const HERE: Fields = { city: "Düren", lastName: "Müller" };
const THERE: Fields = { city: "Bonn", lastName: "Müller" };

const LINK: LinkView = {
  origin: "created",
  itemId: "/a/7.vcf",
  itemVersion: "v1",
  base: AGREED,
};

export const RECORDS = {
  unchanged: { state: "in", fields: AGREED },
  changed: { state: "in", fields: HERE },
  gone: { state: "gone" },
  "out of scope": { state: "out", reason: "other-agent" },
  broken: { state: "broken", problem: { code: "no-name", field: "name" } },
  none: { state: "none" },
} as const satisfies Record<string, PlanInput["record"]>;

export const ITEMS = {
  unread: { state: "unread" },
  unchanged: { state: "present", fields: AGREED, version: "v1", own: false },
  changed: { state: "present", fields: THERE, version: "v2", own: false },
  gone: { state: "absent" },
  obstructed: { state: "obstructed", obstacle: "recurring" },
} as const satisfies Record<string, PlanInput["item"]>;

export const WAYS = {
  "out only, ams-wins": { inward: false, policy: "ams-wins" },
  "out only, remote-wins": { inward: false, policy: "remote-wins" },
  "both ways, ams-wins": { inward: true, policy: "ams-wins" },
  "both ways, remote-wins": { inward: true, policy: "remote-wins" },
} as const satisfies Record<string, Pick<PlanInput, "inward" | "policy">>;

export type RecordName = keyof typeof RECORDS;
export type ItemName = keyof typeof ITEMS;
export type WayName = keyof typeof WAYS;

export const LINKS = ["no link", "link"] as const;

export const keysOf = <Key extends string>(
  of: Readonly<Record<Key, unknown>>,
): readonly Key[] => Object.keys(of) as Key[];

/** A case of the table: all else is as in the most ordinary one. */
export const inputOf = (
  link: (typeof LINKS)[number],
  record: RecordName,
  item: ItemName,
  way: WayName,
): PlanInput => ({
  ...(link === "link" && { link: LINK }),
  record: RECORDS[record],
  item: ITEMS[item],
  ...WAYS[way],
  type: "private",
  fieldNames: ["city", "lastName", "name"],
  arrival: {
    verdict: "import",
    record: {
      kind: "customer",
      type: "private",
      status: "customer",
      fields: THERE,
    },
  },
});

export const decided = (input: PlanInput) => {
  const action = plan(input);
  const both = action.do === "update" && action.inward !== undefined;
  return { does: both ? ("exchange" as const) : action.do, cell: action.cell };
};

const two = (
  record: RecordName,
  item: ItemName,
  over: Partial<PlanInput> = {},
): PlanInput => ({
  ...inputOf("link", record, item, "both ways, ams-wins"),
  ...over,
});

const alone = (
  record: RecordName,
  item: ItemName,
  over: Partial<PlanInput> = {},
): PlanInput => ({
  ...inputOf("no link", record, item, "both ways, ams-wins"),
  ...over,
});

const off = { ...ITEMS.changed, cancelled: true } as const;
const own = { ...ITEMS.unchanged, own: true };
const nameless: PlanInput["item"] = {
  state: "present",
  fields: { city: "Köln" },
  version: "v2",
  own: false,
};
const movedApart: PlanInput["item"] = {
  state: "present",
  fields: { city: "Köln", lastName: "Möller" },
  version: "v2",
  own: false,
};
const lost = (loss: "noticed" | "left") => ({
  link: { ...LINK, lost: loss },
});
const LEFT = { link: { ...LINK, elsewhere: true } } as const;
const from = (origin: LinkView["origin"]) => ({ link: { ...LINK, origin } });

/** What the table's axes do not show: what else is known of a case. */
export const SPECIAL: readonly (readonly [string, PlanInput])[] = [
  [
    "different fields changed on the two sides",
    two("changed", "changed", { item: movedApart }),
  ],
  [
    "the item was announced, and nobody has read it",
    two("unchanged", "unread", { announced: true }),
  ],
  [
    "a write was sent and its answer lost",
    two("unchanged", "unread", { sent: true }),
  ],
  [
    "a change there leaves no name",
    two("unchanged", "changed", { item: nameless }),
  ],
  [
    "several values there, none of them the agreed one",
    two("unchanged", "unchanged", {
      item: { ...ITEMS.unchanged, unclear: ["city"] },
    }),
  ],
  ["the loss is known already", two("unchanged", "gone", lost("noticed"))],
  [
    "the loss is known, the record changes",
    two("changed", "gone", lost("noticed")),
  ],
  [
    'the user chose "leave", the record changes',
    two("changed", "gone", lost("left")),
  ],
  [
    "a lost item is there again",
    two("unchanged", "unchanged", lost("noticed")),
  ],
  ["the event was cancelled there", two("unchanged", "changed", { item: off })],
  [
    "it was cancelled there, the record changes",
    two("changed", "changed", { item: off }),
  ],
  [
    'it was cancelled there, the user chose "leave", the record changes',
    two("changed", "changed", { item: off, ...lost("left") }),
  ],
  [
    "record gone, item once taken into ams",
    two("gone", "unread", from("imported")),
  ],
  ["record gone, item only matched", two("gone", "unread", from("adopted"))],
  [
    "out of scope, item once taken into ams",
    two("out of scope", "unread", from("imported")),
  ],
  [
    "out of scope, item only matched",
    two("out of scope", "unread", from("adopted")),
  ],
  [
    "out of scope, item left at a place that the stream was pointed away from",
    two("out of scope", "unread", LEFT),
  ],
  [
    "record gone, item left at a place that the stream was pointed away from",
    two("gone", "unread", LEFT),
  ],
  [
    "no link, in scope, the item carries the record's own id",
    alone("unchanged", "unchanged", { item: own }),
  ],
  [
    "no link, out of scope, the item carries the record's own id",
    alone("out of scope", "unchanged", { item: own }),
  ],
  [
    "no link, out of scope, the item was announced and matched",
    alone("out of scope", "unchanged", { announced: true }),
  ],
  [
    "no link, out of scope, a create was sent, nobody looked",
    alone("out of scope", "unread", { sent: true }),
  ],
  [
    "no link, out of scope, a create was sent, its item is there",
    alone("out of scope", "unchanged", { sent: true, item: own }),
  ],
  [
    "no link, record gone, a create was sent, its item is there",
    alone("gone", "unchanged", { sent: true, item: own }),
  ],
  [
    "no record, the item is not to become one",
    alone("none", "unchanged", {
      arrival: { verdict: "leave", reason: "no-category" },
    }),
  ],
];
