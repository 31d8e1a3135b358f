import { customer } from "@ams-sync/connector-kit/memory";
import { addressesTold } from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { foreignEvent } from "./testing/foreign-items.js";
import { type QuirkAccount, QuirkWorld } from "./testing/quirk-world.js";

/** RFC 6638 section 2.4.1: which of those invited is the user, whose login is no address. */

const OWN = "eva@makler.example";
const TOLD = ["/eva/", "mailto:Eva%40Makler.example", "urn:uuid:1"];
/** As Radicale, DAViCal and Xandikos answer. */
const SILENT = [
  ["a path", ["/eva/"]],
  ["nothing after mailto:", ["mailto:", "/caldav.php/eva/"]],
  ["one whose colon is encoded", ["mailto%3Aeva%40makler.example"]],
  ["nothing", []],
] as const;

let world: QuirkWorld;
let account: QuirkAccount | undefined;
beforeAll(async () => {
  world = await QuirkWorld.start(SILENT.length + 1);
});
afterEach(() => account?.close());
afterAll(() => world?.stop());

const invited = (...answers: readonly string[]) =>
  answers.map((answer) => {
    const [who = "", status = "ACCEPTED"] = answer.split(" ");
    return `ATTENDEE;PARTSTAT=${status}:mailto:${who}`;
  });

/** What becomes of three invitations, the last one in a later run: by reasons, whom they are about. */
const enter = async (hrefs: readonly string[]) => {
  const own = world.account({ quirks: [addressesTold(hrefs)] });
  account = own;
  own.commit([
    customer("1", { lastName: "Makler", email: OWN }, 0),
    customer("2", { lastName: "Groß", email: "max@gross.example" }, 0),
  ]);
  await own.settle();
  expect(world.proxy.hits.of("addresses-told")).toBeGreaterThan(0);
  const poll = () => {
    own.state.stream(own.key.accountId, "appointments").remoteDue = true;
    return own.settle();
  };
  const put = async (name: string, ...lines: readonly string[]) => {
    const text = foreignEvent(name, `SUMMARY:${name}`, ...lines);
    const path = own.pathOf("appointments", `${name}.ics`);
    expect((await own.raw("PUT", path, { body: text })).status).toBe(201);
  };
  await put("Beide", ...invited(OWN, "max@gross.example"));
  await put("Abgelehnt", ...invited(`${OWN} DECLINED`));
  await poll();
  // With what is remembered of the login.
  await put("Allein", ...invited(OWN));
  await poll();
  const made = [...own.ams.made.values()].map((one) => [
    one.fields["reason"],
    one.kind === "appointment" ? one.customerId : "no appointment",
  ]);
  return Object.fromEntries(made) as Readonly<Record<string, string>>;
};

describe("invitations of somebody whose addresses the server tells as", () => {
  it("a mailto: are the user's own", async () => {
    expect(await enter(TOLD)).toStrictEqual({ Beide: "2", Allein: undefined });
  });

  it.each(SILENT)("%s are anybody's", async (_how, hrefs) => {
    expect(await enter(hrefs)).toStrictEqual({
      ...{ Beide: undefined, Abgelehnt: "1", Allein: "1" },
    });
  });
});
