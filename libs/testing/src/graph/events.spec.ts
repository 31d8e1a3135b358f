import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  asking,
  IMMUTABLE,
  outcome,
  type Ask,
  type Body,
} from "../testing/graph-client.js";
import { startGraph, type Graph, type OutlookUser } from "./index.js";

const BERLIN = "W. Europe Standard Time";

let graph: Graph;
let anna: OutlookUser;
let ask: Ask;
let user: string;

beforeAll(async () => {
  graph = await startGraph({ strict: false });
  graph.app.roles = [...graph.app.roles, "MailboxSettings.ReadWrite"];
  anna = graph.mailbox("anna@makler.example");
  ask = await asking(graph);
  user = `/users/${anna.address}`;
});
afterAll(() => graph.stop());

const at = (dateTime: string, timeZone = BERLIN) => ({ dateTime, timeZone });
const from = (start: string, end: string, timeZone = BERLIN) => ({
  start: at(start, timeZone),
  end: at(end, timeZone),
});
const prefer = (zone: string) => ({
  prefer: `${IMMUTABLE}, outlook.timezone="${zone}", outlook.body-content-type="text"`,
});
const id = ({ body }: { body: Body }): string => String(body["id"]);

describe("events", () => {
  it("are told in the zone that the request prefers, else in UTC", async () => {
    const made = await ask("POST", `${user}/events`, {
      subject: "Beratung",
      body: { contentType: "text", content: "eins\nzwei" },
      ...from("2026-07-01T10:00:00", "2026-07-01T11:30:00"),
    });
    expect(made.body).toMatchObject({
      start: { dateTime: "2026-07-01T08:00:00.0000000", timeZone: "UTC" },
      originalStartTimeZone: BERLIN,
      type: "singleInstance",
      attendees: [],
    });
    expect(String(made.body["body"]?.["content"])).toMatch(/^<html>/);
    const read = await ask(
      "GET",
      `${user}/events/${id(made)}`,
      undefined,
      prefer(BERLIN),
    );
    expect(read.body).toMatchObject({
      start: at("2026-07-01T10:00:00.0000000"),
      end: at("2026-07-01T11:30:00.0000000"),
      body: { contentType: "text", content: "eins\r\nzwei\r\n" },
    });
  });

  it("take IANA names as well", async () => {
    const made = await ask(
      "POST",
      `${user}/events`,
      from("2026-01-01T10:00", "2026-01-01T11:00", "Europe/Berlin"),
      prefer("Europe/Berlin"),
    );
    expect(made.body["start"]).toEqual(
      at("2026-01-01T10:00:00.0000000", "Europe/Berlin"),
    );
  });

  it("last whole days from midnight to midnight, the same dates in every zone", async () => {
    const made = await ask("POST", `${user}/events`, {
      isAllDay: true,
      ...from("2026-03-29T00:00:00", "2026-03-30T00:00:00"),
    });
    expect(made.body).toMatchObject({
      isAllDay: true,
      start: at("2026-03-29T00:00:00.0000000", "UTC"),
      end: at("2026-03-30T00:00:00.0000000", "UTC"),
    });
    const read = await ask(
      "GET",
      `${user}/events/${id(made)}`,
      undefined,
      prefer("Pacific Standard Time"),
    );
    expect(read.body["start"]?.["dateTime"]).toBe(
      "2026-03-29T00:00:00.0000000",
    );
  });

  it("keep what a PATCH omits, their zones too", async () => {
    const made = await ask("POST", `${user}/events`, {
      subject: "A",
      location: { displayName: "Büro" },
      ...from("2026-03-02T10:00:00", "2026-03-02T11:00:00"),
    });
    await ask("PATCH", `${user}/events/${id(made)}`, { subject: "B" });
    await ask("PATCH", `${user}/events/${id(made)}`, {
      end: at("2026-03-02T12:00:00"),
    });
    expect(anna.events.get(id(made))).toMatchObject({
      subject: "B",
      location: { displayName: "Büro" },
      start: at("2026-03-02T10:00:00.0000000"),
      end: at("2026-03-02T12:00:00.0000000"),
    });
  });

  it.each([
    ["no start", { end: at("2026-03-02T10:00:00") }, "400 ErrorInvalidRequest"],
    [
      "an unknown zone",
      from("2026-03-02T10:00:00", "2026-03-02T11:00:00", "Mitteleuropa"),
      "400 TimeZoneNotSupportedException",
    ],
    [
      "no zone",
      {
        start: { dateTime: "2026-03-02T10:00:00" },
        end: at("2026-03-02T11:00:00"),
      },
      "400 TimeZoneNotSupportedException",
    ],
    [
      "an offset within the time",
      from("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z"),
      "400 RequestBodyRead",
    ],
    [
      "an end before the start",
      from("2026-03-02T10:00:00", "2026-03-02T09:00:00"),
      "400 ErrorPropertyValidationFailure",
    ],
    [
      "a whole day that does not begin at midnight",
      { isAllDay: true, ...from("2026-03-02T10:00:00", "2026-03-03T00:00:00") },
      "400 ErrorInvalidRequest",
    ],
    [
      "a whole day without an end a day later",
      { isAllDay: true, ...from("2026-03-02T00:00:00", "2026-03-02T00:00:00") },
      "400 ErrorInvalidRequest",
    ],
    [
      "a whole day in two zones",
      {
        isAllDay: true,
        start: at("2026-03-02T00:00:00"),
        end: at("2026-03-03T00:00:00", "UTC"),
      },
      "400 ErrorInvalidRequest",
    ],
    ["an unknown property", { title: "x" }, "400 RequestBodyRead"],
    ["an unknown value", { showAs: "away" }, "400 RequestBodyRead"],
    ["what only Graph sets", { iCalUId: "x" }, "400 ErrorInvalidPropertySet"],
    [
      "a series of a kind that it does not know",
      {
        ...from("2026-03-02T10:00:00", "2026-03-02T11:00:00"),
        recurrence: {
          pattern: { type: "relativeYearly", interval: 1 },
          range: { type: "noEnd", startDate: "2026-03-02" },
        },
      },
      "501 NotSimulated",
    ],
  ])("refuse %s", async (_what, body, expected) => {
    expect(outcome(await ask("POST", `${user}/events`, body))).toBe(expected);
  });

  it("are made once for a transactionId, which never changes", async () => {
    const body = {
      subject: "einmal",
      transactionId: "t-1",
      ...from("2026-03-02T10:00:00", "2026-03-02T11:00:00"),
    };
    const first = await ask("POST", `${user}/events`, body);
    const second = await ask("POST", `${user}/events`, body);
    expect(id(second)).toBe(id(first));
    expect(
      outcome(
        await ask("POST", `${user}/events`, { ...body, subject: "anders" }),
      ),
    ).toBe("409 ErrorDuplicateTransactionId");
    expect(
      outcome(
        await ask("PATCH", `${user}/events/${id(first)}`, {
          transactionId: "t-2",
        }),
      ),
    ).toBe("400 ErrorInvalidPropertySet");
  });

  it("cannot be filtered by their last change, nor tracked without a window", async () => {
    const list = `${user}/events?$filter=lastModifiedDateTime ge 2026-01-01T00:00:00Z`;
    expect(outcome(await ask("GET", list))).toBe("400 ErrorInvalidUrlQuery");
    expect(outcome(await ask("GET", `${user}/events/delta`))).toBe(
      "400 ErrorInvalidRequest",
    );
  });

  it("that invite somebody are counted", async () => {
    const before = anna.invitations.length;
    await ask("POST", `${user}/events`, {
      ...from("2026-03-02T10:00:00", "2026-03-02T11:00:00"),
      attendees: [
        { emailAddress: { address: "k@example.de" }, type: "required" },
      ],
    });
    expect(anna.invitations).toHaveLength(before + 1);
  });
});

describe("calendars", () => {
  it("are listed with the default one, made, renamed and deleted", async () => {
    const made = await ask("POST", `${user}/calendars`, { name: "ams" });
    const one = `${user}/calendars/${id(made)}`;
    await ask("PATCH", one, { name: "ams Termine" });
    const { body } = await ask(
      "GET",
      `${user}/calendars?$select=name,isDefaultCalendar`,
    );
    expect(body.value).toEqual([
      {
        id: anna.calendars.defaultId,
        name: "Kalender",
        isDefaultCalendar: true,
      },
      { id: id(made), name: "ams Termine", isDefaultCalendar: false },
    ]);
    const event = await ask(
      "POST",
      `${one}/events`,
      from("2026-03-02T10:00", "2026-03-02T11:00"),
    );
    expect(
      outcome(await ask("GET", `${user}/calendar/events/${id(event)}`)),
    ).toBe("404 ErrorItemNotFound");
    expect(outcome(await ask("GET", `${user}/events/${id(event)}`))).toBe(
      "200",
    );
    expect(outcome(await ask("DELETE", one))).toBe("204");
    expect(outcome(await ask("GET", `${one}/events`))).toBe(
      "404 ErrorItemNotFound",
    );
    expect(
      outcome(
        await ask("DELETE", `${user}/calendars/${anna.calendars.defaultId}`),
      ),
    ).toBe("400 ErrorDeleteDistinguishedFolder");
  });
});

describe("a series", () => {
  const weekly = {
    subject: "Jour fixe",
    ...from("2026-03-23T10:00:00", "2026-03-23T11:00:00"),
    recurrence: {
      pattern: { type: "weekly", interval: 1, daysOfWeek: ["monday"] },
      range: {
        type: "numbered",
        startDate: "2026-03-23",
        numberOfOccurrences: 3,
      },
    },
  };

  it("is one event in the list, and its occurrences in a view, at the same time by the clock", async () => {
    const calendar = anna.calendars.add("Serie");
    const master = anna.events.add(weekly, calendar).id;
    const list = await ask("GET", `${user}/calendars/${calendar}/events`);
    expect(list.body.value).toMatchObject([
      { id: master, type: "seriesMaster" },
    ]);
    const view = `${user}/calendars/${calendar}/calendarView?startDateTime=2026-03-24T00:00:00Z&endDateTime=2027-01-01T00:00:00Z`;
    const { body } = await ask("GET", view);
    expect(body.value).toMatchObject([
      {
        type: "occurrence",
        seriesMasterId: master,
        start: at("2026-03-30T08:00:00.0000000", "UTC"),
      },
      { type: "occurrence", start: at("2026-04-06T08:00:00.0000000", "UTC") },
    ]);
    const [first] = body.value as { id: string }[];
    const one = `${user}/events/${first?.id}`;
    expect((await ask("GET", one)).body).toMatchObject({ type: "occurrence" });
    expect(outcome(await ask("PATCH", one, { subject: "x" }))).toBe(
      "501 NotSimulated",
    );
  });
});

describe("changes within a window", () => {
  const WINDOW =
    "startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-04-01T00:00:00Z";

  async function round(link: string) {
    const rows: Body[] = [];
    let next = link;
    let pages = 0;
    for (;;) {
      const got = await ask("GET", next);
      expect(outcome(got)).toBe("200");
      rows.push(...(got.body.value as Body[]));
      pages += 1;
      const more = got.body["@odata.nextLink"];
      if (more === undefined)
        return { rows, pages, token: String(got.body["@odata.deltaLink"]) };
      next = String(more);
    }
  }

  const fresh = () => {
    const calendar = anna.calendars.add(`w${anna.calendars.list().length}`);
    const delta = `${user}/calendars/${calendar}/calendarView/delta`;
    const add = (day: string) =>
      anna.events.add(from(`${day}T10:00:00`, `${day}T11:00:00`), calendar).id;
    return { calendar, delta, add };
  };

  it("are told once; what lies outside is told as removed, whether it was inside or not", async () => {
    const { delta, add } = fresh();
    const inside = add("2026-03-05");
    const outside = add("2026-05-05");
    const first = await round(`${delta}?${WINDOW}`);
    expect(first.rows.map((row) => row["id"])).toEqual([inside]);
    expect((await round(first.token)).rows).toEqual([]);

    anna.events.edit(outside, { subject: "x" });
    anna.events.edit(
      inside,
      from("2026-06-05T10:00:00", "2026-06-05T11:00:00"),
    );
    const third = add("2026-03-06");
    const second = await round(first.token);
    expect(second.pages).toBe(1);
    expect(second.rows).toMatchObject([
      { id: outside, "@removed": { reason: "deleted" } },
      { id: inside, "@removed": { reason: "deleted" } },
      { id: third, type: "singleInstance" },
    ]);
    expect(anna.events.get(inside)).toBeDefined();
  });

  it("begin with an empty page", async () => {
    const { delta, add } = fresh();
    add("2026-03-05");
    const got = await ask("GET", `${delta}?${WINDOW}`);
    expect(got.body.value).toEqual([]);
    expect(got.body["@odata.nextLink"]).toBeDefined();
  });

  it("tell a series by its master and its occurrences, without extended properties", async () => {
    const { delta, calendar } = fresh();
    anna.events.add(
      {
        ...from("2026-03-02T10:00:00", "2026-03-02T11:00:00"),
        singleValueExtendedProperties: [{ id: "String 0x3a24", value: "1" }],
        recurrence: {
          pattern: { type: "daily", interval: 10 },
          range: { type: "noEnd", startDate: "2026-03-02" },
        },
      },
      calendar,
    );
    const { rows } = await round(`${delta}?${WINDOW}`);
    expect(rows.map((row) => row["type"])).toEqual([
      ...["seriesMaster", "occurrence", "occurrence", "occurrence"],
    ]);
    expect(JSON.stringify(rows)).not.toContain("singleValueExtendedProperties");
  });

  it.each([
    ["$filter=subject eq 'x'", "400 ErrorInvalidUrlQuery"],
    ["$select=subject", "400 ErrorInvalidUrlQuery"],
    ["$expand=extensions", "400 ErrorInvalidUrlQuery"],
    ["$top=5", "400 ErrorInvalidUrlQuery"],
  ])("refuse %s", async (option, expected) => {
    const { delta } = fresh();
    expect(outcome(await ask("GET", `${delta}?${WINDOW}&${option}`))).toBe(
      expected,
    );
  });

  it("need their window once, and only once", async () => {
    const { delta } = fresh();
    expect(outcome(await ask("GET", delta))).toBe("400 ErrorInvalidParameter");
    const { token } = await round(`${delta}?${WINDOW}`);
    expect(outcome(await ask("GET", `${token}&${WINDOW}`))).toBe(
      "400 ErrorInvalidUrlQuery",
    );
    anna.expireTokens();
    expect(outcome(await ask("GET", token))).toBe("410 SyncStateNotFound");
  });
});

describe("the contacts of an appointment", () => {
  const SET = "{00062008-0000-0000-C000-000000000046}";

  it("are names and entry ids, which can be translated", async () => {
    const contact = anna.contacts.add({
      givenName: "Erika",
      surname: "Muster",
    });
    const event = anna.events.add(from("2026-03-02T10:00", "2026-03-02T11:00"));
    anna.linkContacts(event.id, contact.id);
    const expand =
      `multiValueExtendedProperties($filter=id eq 'StringArray ${SET} Id 0x853A'),` +
      `singleValueExtendedProperties($filter=id eq 'Binary ${SET} Id 0x8585')`;
    const { body } = await ask(
      "GET",
      `${user}/events/${event.id}?$expand=${encodeURIComponent(expand)}`,
    );
    expect(body["multiValueExtendedProperties"]).toMatchObject([
      { value: ["Erika Muster"] },
    ]);
    const [entry] = body["singleValueExtendedProperties"] as unknown as {
      value: string;
    }[];
    const list = Buffer.from(entry?.value ?? "", "base64");
    expect(list.readUInt32LE(0)).toBe(1);
    const id = list.subarray(12, 12 + list.readUInt32LE(8)).toString("base64");
    const padding = id.length - id.replace(/=+$/, "").length;
    const InputIds = [
      `${id.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_")}${padding}`,
      "x",
    ];
    const translated = await ask("POST", `${user}/translateExchangeIds`, {
      InputIds,
      SourceIdType: "entryId",
      TargetIdType: "restImmutableEntryId",
    });
    expect(translated.body.value).toMatchObject([
      { targetId: contact.id },
      { targetId: null, errorDetails: { code: "ErrorInvalidIdMalformed" } },
    ]);
  });
});

it("the list of categories takes a name once", async () => {
  const list = `${user}/outlook/masterCategories`;
  const made = await ask("POST", list, {
    displayName: "Kunde",
    color: "preset1",
  });
  expect(outcome(made)).toBe("201");
  expect(outcome(await ask("POST", list, { displayName: "kunde" }))).toBe(
    "409 ErrorCategoryNameAlreadyExists",
  );
  expect(
    outcome(await ask("PATCH", `${list}/${id(made)}`, { displayName: "x" })),
  ).toBe("400 ErrorInvalidPropertySet");
  expect((await ask("GET", list)).body.value).toMatchObject([
    { displayName: "Kunde" },
  ]);
});
