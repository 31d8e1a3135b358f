import { appointment, customer } from "@ams-sync/connector-kit/memory";
import type {
  AmsRecord,
  Canonical,
  Fields,
  StreamKind,
} from "@ams-sync/sync-core";
import type { Party } from "./party.js";
import {
  PEOPLE,
  calledOff,
  cardText,
  categorized,
  eventText,
  scribbled,
} from "./people.js";
import type { Birth, Shape } from "./people.js";
import type { Thing } from "./steps.js";
import { codec, keyOf } from "./readings.js";
import type { HistoryWorld } from "./world.js";

const HOUR_MS = 60 * 60_000;

/** Something happens in ams, or to an item there. */
export const happen = (world: HistoryWorld, one: Thing): void => {
  const now = world.clock.epoch();
  switch (one.do) {
    case "record": {
      const { birthDate, ...person } = PEOPLE[Number(one.id)] ?? {};
      const born = { own: birthDate, other: "1955-05-05", "": null }[one.birth];
      const record = {
        ...customer(
          one.id,
          { ...person, ...place(one), birthDate: born ?? null },
          now,
        ),
        tags: one.tag === "" ? [] : [one.tag],
        ...(one.agent !== "" && { agentId: one.agent }),
      };
      world.commit([record as AmsRecord], [], one.late);
      break;
    }
    case "firm": {
      const name = `Maß & Söhne ${one.id}`;
      const company = {
        ...customer(one.id, { name, ...place(one) }, now),
        ...{ kind: "company", type: "commercial" },
      };
      world.commit([company as AmsRecord], [], one.late);
      break;
    }
    case "visit": {
      const [from = null, to = null] = one.times.split("-").filter(Boolean);
      const visit = {
        ...appointment(
          one.id,
          { date: one.date, from, to, reason: one.reason || null },
          now,
        ),
        ownerId: one.owner,
      };
      world.commit([visit as AmsRecord], [], one.late);
      break;
    }
    case "remove":
      remove(world, { kind: "customer", id: one.id }, one.late);
      break;
    case "cancel":
      remove(world, { kind: "appointment", id: one.id }, one.late);
      break;
    case "forget": {
      const record = rowAt(world, one.stream, one.pick);
      if (record) world.commit([], [record], one.late);
      break;
    }
    case "amend": {
      const record = rowAt(world, one.stream, one.pick);
      if (!record) break;
      const values = {
        ...record.values,
        ...(record.kind === "appointment"
          ? { reason: one.reason || null }
          : place(one)),
      };
      const amended = { ...record, values, lastChanged: now };
      world.commit([amended as AmsRecord], [], one.late);
      break;
    }
    case "there":
      edit(
        world,
        world.party(one.who),
        "contacts",
        one.pick,
        (form) => {
          const fields: { [name: string]: string | undefined } = {
            ...form.fields,
            city: one.city,
            fax: one.fax,
            // Each program spells it in its own way.
            street: one.city ? `Hauptstraße ${one.city}` : undefined,
          };
          if (one.birth === "") delete fields["birthDate"];
          if (one.birth === "own") fields["birthDate"] = "1984-02-29";
          if (one.birth === "other") fields["birthDate"] = "1955-05-05";
          return fields;
        },
        one.birth === "year-less",
      );
      break;
    case "strip":
      strip(world, world.party(one.who));
      break;
    case "there-visit":
      edit(world, world.party(one.who), "appointments", one.pick, () => {
        const [from, to] = one.times.split("-").filter(Boolean);
        return { date: one.date, from, to, reason: one.reason };
      });
      break;
    case "scribble": {
      const { server } = world.party(one.who);
      const at = itemAt(world.party(one.who), one.stream, one.pick);
      const text = at && server.items.get(at)?.text;
      if (at && text) server.put(at, scribbled(text, one.words));
      break;
    }
    case "call-off": {
      const party = world.party(one.who);
      const at = itemAt(party, "appointments", one.pick);
      const text = at && party.server.items.get(at)?.text;
      if (at && text) party.server.put(at, calledOff(text));
      break;
    }
    case "drop": {
      const party = world.party(one.who);
      const at = itemAt(party, one.stream, one.pick);
      if (at) party.server.lose(at);
      break;
    }
    case "card": {
      const party = world.party(one.who);
      const uid = `fremd-${one.n}`;
      const person = PEOPLE[one.person];
      if (!person) break;
      const at = `${party.containerOf("contacts")}${uid}.vcf`;
      const { category, city, email } = one;
      const birth = one.birth as Birth;
      const card = {
        ...{ uid, person, birth, city, email },
        category: category as "Kunde",
      };
      party.server.put(at, cardText(card, serverNow(party, now)));
      break;
    }
    case "event": {
      const party = world.party(one.who);
      const uid = `termin-${one.n}`;
      const at = `${party.containerOf("appointments")}${uid}.ics`;
      const attendee = PEOPLE[one.attendee]?.email;
      const { reason, secret, madeBefore } = one;
      const meeting = {
        ...{ uid, reason, secret, madeBefore, shape: one.shape as Shape },
        ...(attendee !== undefined && { attendee }),
      };
      party.server.put(at, eventText(meeting, serverNow(party, now)));
      break;
    }
    case "categorize": {
      const party = world.party(one.who);
      const at = itemAt(party, "contacts", one.pick);
      const text = at && party.server.items.get(at)?.text;
      if (at && text) party.server.put(at, categorized(text, one.category));
      break;
    }
  }
};

const remove = (
  world: HistoryWorld,
  ref: { readonly kind: "customer" | "appointment"; readonly id: string },
  late: boolean,
): void => {
  if (world.ams.records.has(keyOf(ref))) world.commit([], [ref], late);
};

/** What was made of an item comes first. */
const rowAt = (
  { ams }: HistoryWorld,
  stream: StreamKind,
  at: number,
): AmsRecord | undefined =>
  pick(
    [...ams.records.values()]
      .filter(
        ({ kind }) => (kind === "appointment") === (stream === "appointments"),
      )
      .toSorted((a, b) => Number(b.id) - Number(a.id)),
    at,
  );

const serverNow = ({ server }: Party, now: number): number =>
  now + server.traits.skewHours * HOUR_MS;

export const place = ({
  city,
  fax,
}: {
  readonly city: string;
  readonly fax: string;
}) => ({
  city: city || null,
  fax: fax || null,
  street: city ? `Hauptstr. ${city}` : null,
  country: fax ? "Deutschland" : null,
});

export const pick = <T>(some: readonly T[], at: number): T | undefined =>
  some[at % Math.max(1, some.length)];

const itemAt = (
  party: Party,
  stream: StreamKind,
  at: number,
): string | undefined =>
  pick(
    [...party.server.items.keys()].filter((id) =>
      id.startsWith(party.containerOf(stream)),
    ),
    at,
  );

/** As a program does it that knows the item's format well. */
const edit = (
  world: HistoryWorld,
  party: Party,
  stream: StreamKind,
  at: number,
  next: (form: Canonical) => { readonly [name: string]: string | undefined },
  yearless = false,
): void => {
  const id = itemAt(party, stream, at);
  if (id) editItem(world, party, stream, id, next, yearless);
};

/** The fax goes from all cards of those who were made in bulk. */
const strip = (world: HistoryWorld, party: Party): void => {
  for (const [id, { text }] of party.server.items) {
    if (!id.startsWith(party.containerOf("contacts"))) continue;
    const ref = world.watch.recordOf(party, "contacts", id, text);
    if (Number(ref?.id) < 100 || !ref) continue;
    editItem(world, party, "contacts", id, ({ fields }) => {
      const { fax: _, ...rest }: Fields = fields;
      return rest;
    });
  }
};

const editItem = (
  world: HistoryWorld,
  party: Party,
  stream: StreamKind,
  id: string,
  next: (form: Canonical) => { readonly [name: string]: string | undefined },
  yearless = false,
): void => {
  const text = party.server.items.get(id)?.text;
  if (!text) return;
  const { read, update } = codec(stream);
  const ref = world.watch.recordOf(party, stream, id, text);
  const commercial = ref?.kind === "company";
  const believed = commercial
    ? ({ type: "commercial", fields: {} } as const)
    : undefined;
  const { canonical, obstacle } = read(text, believed);
  if (obstacle !== undefined) return;
  const fields = Object.fromEntries(
    Object.entries(next(canonical)).filter(([, value]) => value),
  );
  const form = { type: canonical.type, fields } as Canonical;
  const edited = update(text, form, canonical);
  party.server.put(
    id,
    yearless ? edited.replace(/BDAY.*\r\n/, "BDAY:--02-29\r\n") : edited,
  );
};
