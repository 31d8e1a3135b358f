import { Departure, StreamKind } from "@ams-sync/contracts";
import { withTenant } from "@ams-sync/platform";
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
  APPOINTMENTS,
  CONTACTS,
  pointersOf,
  restOffice,
  type RestOffice,
} from "../testing/rest-office.js";
import { OURS, SECRET } from "../testing/rest-under-test.js";

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
const read = (accountId: string) => ask("GET", `accounts/${accountId}`);
const listed = async (): Promise<Asked["body"][]> =>
  (await ask("GET", "accounts?userId=17")).body.accounts;
/** What stands for the place that the account named before. */
const formerOf = async (made: Asked) =>
  (await listed()).find((one) => one.formerPlaceOf === idOf(made));
const announcedOf = (accountId: string) =>
  rest.state.announced.filter((one) => one.account?.accountId === accountId);
const passwordOf = (accountId: string) =>
  withTenant(rest.dataSource, OURS, async (manager) => {
    const login = await rest.vault.login(manager, {
      ...{ tenantId: OURS, accountId },
    });
    return login && [login.serverUrl, login.username, login.password];
  });

const { CONTACTS: ONE, APPOINTMENTS: OTHER } = StreamKind;
const NEW_SERVER = { serverUrl: "https://neu.example/", password: "neu" };
const NEW_FOLDER = { contacts: { ...CONTACTS, container: null } };

describe("pointing an account elsewhere", () => {
  const PLACES: readonly (readonly [string, object])[] = [
    ["address", NEW_SERVER],
    ["user name", { username: "doris", password: "neu" }],
    ["folder", NEW_FOLDER],
  ];
  test.each(PLACES)(
    "to another %s asks what becomes of the old place",
    async (_what, more) => {
      const made = await create();
      const undecided = await change(made, more);
      expect([undecided.status, pointersOf(undecided)]).toEqual([
        422,
        ["/previous required"],
      ]);
      expect((await read(idOf(made))).body).toEqual(made.body);
      expect((await change(made, { ...more, previous: "leave" })).status).toBe(
        200,
      );
      expect(await listed()).toHaveLength(1);
    },
  );

  test("asks nothing where a kind goes on or off, or nothing moves", async () => {
    const made = await create({ contacts: null });
    expect((await change(made, { policy: "remote-wins" })).status).toBe(200);
    expect((await change(made, { contacts: CONTACTS }, '"2"')).status).toBe(
      200,
    );
    expect((await change(made, { contacts: null }, '"3"')).status).toBe(200);
    expect(await listed()).toHaveLength(1);
  });

  test("removes with the login of before, in an account of its own, told only after the move", async () => {
    const made = await create();
    const moved = await change(made, { ...NEW_SERVER, previous: "remove" });
    expect([moved.status, moved.body.serverUrl]).toEqual([
      200,
      NEW_SERVER.serverUrl,
    ]);
    const former = await formerOf(made);
    expect(former).toMatchObject({
      ...{ serverUrl: made.body.serverUrl, username: made.body.username },
      ...{ leaving: "remove", hasPassword: true, version: 1 },
      ...{ contacts: CONTACTS, appointments: APPOINTMENTS },
    });
    expect(await passwordOf(former?.accountId)).toEqual([
      ...[made.body.serverUrl, made.body.username, SECRET],
    ]);
    expect(await passwordOf(idOf(made))).toEqual([
      ...[NEW_SERVER.serverUrl, made.body.username, "neu"],
    ]);
    await rest.flush();
    expect(announcedOf(idOf(made)).at(-1)).toMatchObject({
      ...{ movedStreams: [ONE, OTHER], preview: true },
      formerPlaces: [{ accountId: former?.accountId, streams: [ONE, OTHER] }],
    });
    const order = rest.state.announced.map(({ account }) => account?.accountId);
    expect(order.indexOf(former?.accountId)).toBeGreaterThan(
      order.indexOf(idOf(made)),
    );
    expect(rest.state.told.at(-1)).toBe(Departure.REMOVE);
    const { body } = await ask("GET", `audit?accountId=${former?.accountId}`);
    expect(body.entries).toMatchObject([
      {
        ...{ action: "disconnected", by: { userId: "17" } },
        changes: [{ pointer: "/items", from: null, to: "remove" }],
      },
    ]);
    rest.state.ended = true;
    await rest.flush();
    expect((await read(former?.accountId)).status).toBe(404);
    expect((await read(idOf(made))).status).toBe(200);
  });

  test("takes only the kind that moves along, with a password that was changed at once", async () => {
    const made = await create();
    await change(made, {
      ...{ ...NEW_FOLDER, password: "neu", previous: "remove" },
    });
    const former = await formerOf(made);
    expect(former).toMatchObject({ contacts: CONTACTS, appointments: null });
    expect((await passwordOf(former?.accountId))?.at(-1)).toBe("neu");
    expect(announcedOf(idOf(made)).at(-1)).toMatchObject({
      ...{ movedStreams: [ONE] },
      formerPlaces: [{ accountId: former?.accountId, streams: [ONE] }],
    });
  });

  test("removes what a kind had there that is switched off, where somebody wants that", async () => {
    const made = await create();
    await change(made, { contacts: null, previous: "remove" });
    const former = await formerOf(made);
    expect(former).toMatchObject({ contacts: CONTACTS, appointments: null });
    expect(announcedOf(idOf(made)).at(-1)).toMatchObject({
      ...{ streams: [OTHER], movedStreams: [ONE] },
      formerPlaces: [{ accountId: former?.accountId, streams: [ONE] }],
    });
    // What only goes is nobody's target.
    expect(
      (await create({ appointments: null, username: "doris" })).status,
    ).toBe(201);
    const taken = await create();
    expect([taken.status, taken.body.leaving]).toEqual([409, undefined]);
  });

  test("asks nothing more where nothing moves, whatever was chosen", async () => {
    const made = await create();
    expect(
      (await change(made, { policy: "remote-wins", previous: "remove" }))
        .status,
    ).toBe(200);
    expect(await listed()).toHaveLength(1);
  });

  test("may be left after all; a password that opens the old place no more is renewed there", async () => {
    const made = await create();
    await change(made, { ...NEW_SERVER, previous: "remove" });
    const { accountId } = (await formerOf(made)) ?? {};
    const renewed = await ask(
      "PUT",
      `accounts/${accountId}/credential`,
      { password: "anders" },
      { "if-match": '"1"' },
    );
    expect([renewed.status, renewed.body.formerPlaceOf]).toEqual([
      ...[200, idOf(made)],
    ]);
    const left = await ask(
      "DELETE",
      `accounts/${accountId}?items=leave`,
      undefined,
      { "if-match": '"2"' },
    );
    expect(left.status).toBe(202);
    expect(rest.state.told.at(-1)).toBe(Departure.LEAVE);
  });

  test("tells with which save a place was named first: of what was left before nothing is handed over; nor of a kind that was off", async () => {
    const made = await create();
    await rest.owner.query(
      "update settings.announcement set next_at = now() + interval '1 hour'",
    );
    rest.state.down = true;
    const first = await change(made, { ...NEW_FOLDER, previous: "leave" });
    await change(first, { contacts: CONTACTS, previous: "remove" }, '"2"');
    rest.state.down = false;
    await rest.flush();
    expect(announcedOf(idOf(made)).at(-1)).toMatchObject({
      ...{ movedStreams: [ONE], movedSince: [3n] },
      formerPlaces: [{ streams: [ONE], since: [2n] }],
    });
    const off = { contacts: null, previous: "leave" };
    const without = await change(first, off, '"3"');
    expect(announcedOf(idOf(made)).at(-1)?.movedStreams).toEqual([ONE]);
    await change(without, { ...NEW_SERVER, previous: "remove" }, '"4"');
    expect(
      (await listed()).filter((one) => one.contacts === null),
    ).toHaveLength(2);
    expect(announcedOf(idOf(made)).at(-1)).toMatchObject({
      ...{ movedStreams: [ONE, OTHER], movedSince: [5n, 5n] },
      formerPlaces: [{ streams: [OTHER], since: [0n] }],
    });
  });

  test("is told of once more after a save that came before state answered", async () => {
    const made = await create();
    await rest.owner.query(
      "update settings.announcement set next_at = now() + interval '1 hour'",
    );
    rest.state.down = true;
    const first = await change(made, { ...NEW_FOLDER, previous: "remove" });
    await change(
      first,
      {
        ...{ appointments: { ...APPOINTMENTS, container: "/jürgen/privat/" } },
        previous: "remove",
      },
      '"2"',
    );
    expect(rest.state.announced).toHaveLength(1);
    rest.state.down = false;
    await rest.flush();
    await rest.flush();
    const told = announcedOf(idOf(made)).at(-1);
    expect(told?.formerPlaces?.map(({ streams }) => streams)).toEqual([
      ...[[ONE], [OTHER]],
    ]);
    expect(rest.state.told).toEqual([Departure.REMOVE, Departure.REMOVE]);
  });
});

describe("what a save comes to is shown before it is done", () => {
  const previewOf = (made: Asked) => announcedOf(idOf(made)).at(-1)?.preview;

  test("of a first connection and of a changed filter", async () => {
    const made = await create();
    expect(previewOf(made)).toBe(true);
    await change(made, { contacts: { ...CONTACTS, companies: true } });
    expect(announcedOf(idOf(made))).toHaveLength(2);
    expect(previewOf(made)).toBe(true);
  });

  test("not of a new password, nor of a save that changes nothing", async () => {
    const made = await create();
    await ask(
      "PUT",
      `accounts/${idOf(made)}/credential`,
      { password: "neu" },
      { "if-match": '"1"' },
    );
    expect(previewOf(made)).toBe(false);
    await change(made, { password: "noch neuer" }, '"2"');
    expect(announcedOf(idOf(made))).toHaveLength(3);
    expect(previewOf(made)).toBe(false);
  });
});
