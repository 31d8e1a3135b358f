import { Departure } from "@ams-sync/contracts";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "vitest";
import type { Asked } from "../testing/ask.js";
import {
  pointersOf,
  restOffice,
  type RestOffice,
} from "../testing/rest-office.js";

let office: RestOffice;
let rest: RestOffice["rest"];
let ask: RestOffice["ask"];
let create: RestOffice["create"];
let change: RestOffice["change"];

beforeAll(async () => {
  office = await restOffice();
  ({ rest, ask, create, change } = office);
});
afterAll(() => office?.rest.stop());
beforeEach(() => office.anew());

const idOf = ({ body }: Asked): string => body.accountId;
const disconnect = (made: Asked, items: string, etag = '"1"') =>
  ask(
    "DELETE",
    `accounts/${idOf(made)}${items && `?items=${items}`}`,
    undefined,
    {
      ...(etag && { "if-match": etag }),
    },
  );
const read = (made: Asked) => ask("GET", `accounts/${idOf(made)}`);
const kindOf = ({ status, body }: Asked) => [
  status,
  String(body.type).replace("urn:ams-sync:problem:", ""),
];
const { REMOVE, LEAVE } = Departure;

describe("disconnecting an account", () => {
  test("asks what becomes of what ams put there, and changes nothing without an answer", async () => {
    const made = await create();
    const without = await disconnect(made, "");
    expect([without.status, pointersOf(without)]).toEqual([
      422,
      ["/items required"],
    ]);
    expect(without.body.errors[0].detail).toContain("ob entfernt wird");
    expect((await disconnect(made, "all")).status).toBe(400);
    expect((await disconnect(made, "leave", "")).status).toBe(428);
    expect((await disconnect(made, "leave", '"7"')).status).toBe(412);
    expect((await read(made)).body).toEqual(made.body);
    expect(rest.state.told).toEqual([]);
  });

  test("leaves all: its password goes at once, the account when state has forgotten it, the audit entries stay", async () => {
    const made = await create();
    const left = await disconnect(made, "leave");
    expect([left.status, left.body]).toEqual([
      202,
      { accountId: idOf(made), items: "leave", ended: false },
    ]);
    expect((await read(made)).body).toMatchObject({
      ...{ leaving: "leave", hasPassword: false, version: 2 },
    });
    expect(await office.count("credential")).toBe(0);
    expect(
      kindOf(await change(made, { policy: "remote-wins" }, '"2"')),
    ).toEqual([...[409, "conflict"]]);
    const password = await ask(
      "PUT",
      `accounts/${idOf(made)}/credential`,
      { password: "neu" },
      { "if-match": '"2"' },
    );
    expect(kindOf(password)).toEqual([409, "conflict"]);
    // Whose answer got lost asks again.
    expect((await disconnect(made, "leave")).status).toBe(202);
    // What is not to be removed is not removed after all.
    expect((await disconnect(made, "remove", '"2"')).status).toBe(202);
    expect((await read(made)).body.leaving).toBe("leave");
    rest.state.ended = true;
    await rest.flush();
    expect((await read(made)).status).toBe(404);
    expect((await disconnect(made, "leave", '"2"')).status).toBe(404);
    expect(new Set(rest.state.told)).toEqual(new Set([LEAVE]));
    expect(await office.count("announcement")).toBe(0);
    const { body } = await ask("GET", `audit?accountId=${idOf(made)}`);
    expect(
      body.entries.map(({ action, by, changes }: never) => [
        action,
        by,
        changes,
      ]),
    ).toMatchObject([
      ["ended", { userId: null, name: "ams-sync" }, []],
      [
        ...["disconnected", { userId: "17" }],
        [{ pointer: "/items", from: null, to: "leave" }],
      ],
      ["created", { userId: "17" }, expect.anything()],
    ]);
  });

  test("ends at once where nothing is under way", async () => {
    const made = await create();
    rest.state.ended = true;
    expect((await disconnect(made, "remove")).body.ended).toBe(true);
    expect((await disconnect(made, "remove")).status).toBe(404);
  });

  test("removes with a password that may be renewed meanwhile, or leaves the rest", async () => {
    const made = await create();
    expect((await disconnect(made, "remove")).body.ended).toBe(false);
    expect((await disconnect(made, "remove")).status).toBe(202);
    expect((await read(made)).body).toMatchObject({
      ...{ leaving: "remove", hasPassword: true, version: 2 },
    });
    const renewed = await ask(
      "PUT",
      `accounts/${idOf(made)}/credential`,
      { password: "neu" },
      { "if-match": '"2"' },
    );
    expect([renewed.status, renewed.body.leaving]).toEqual([200, "remove"]);
    expect((await disconnect(made, "leave", '"3"')).status).toBe(202);
    expect(new Set(rest.state.told)).toEqual(new Set([REMOVE, LEAVE]));
    expect(rest.state.told.at(-1)).toBe(LEAVE);
    expect(await office.count("credential")).toBe(0);
  });

  test("has nobody connect the same kind before it is through", async () => {
    const made = await create();
    await disconnect(made, "remove");
    const second = await create();
    expect(kindOf(second)).toEqual([409, "target-taken"]);
    expect(second.body).toMatchObject({
      ...{ accountId: idOf(made), system: "cloud", leaving: "remove" },
      detail: expect.stringContaining("gerade getrennt"),
    });
    rest.state.ended = true;
    await rest.flush();
    expect((await create()).status).toBe(201);
  });

  test("is told to state once it answers again", async () => {
    const made = await create();
    await rest.owner.query(
      "update settings.announcement set next_at = now() + interval '1 hour'",
    );
    await disconnect(made, "remove");
    await rest.flush();
    await rest.flush();
    expect(rest.state.told).toEqual([REMOVE, REMOVE, REMOVE]);
    const { rows } = await rest.owner.query(
      "select next_at > now() + interval '1 second' as later from settings.announcement",
    );
    expect(rows).toEqual([{ later: true }]);
  });
});
