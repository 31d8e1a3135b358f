import { StreamKind } from "@ams-sync/contracts";
import { expect, test } from "vitest";
import { saveItem } from "../dav-hand.js";
import type { Inward } from "./scene.js";

/** What is new there. */
export function madeThere(scene: Inward): void {
  const { opened, reader, until, writesMeanwhile, rows, exact, bookOf } = scene;

  test("a new card named 'Kunde' becomes one customer, also after a reset", async () => {
    const { office, user } = opened();
    const book = await bookOf("address book");
    const before = (await rows("customer")).length;
    const url = new URL("neu-1.vcf", book).href;
    const writes = await writesMeanwhile(async () => {
      await saveItem(user.login, { url, etag: "" }, NEW_CARD);
      await until(
        "the customer",
        async () => (await rows("customer")).length > before,
      );
    });
    expect(writes).toBe(0);
    const made = async () =>
      (await rows("customer")).filter((row) => row["last_name"] === "Übel");
    expect(await made()).toMatchObject([
      {
        ...{ kind: "private", status: "customer", first_name: "Käthe" },
        ...{ mobile: "+49 151 999", email: "kaethe@uebel.example" },
      },
    ]);
    await exact();
    for (const stream of [StreamKind.CONTACTS, StreamKind.APPOINTMENTS])
      await office.accounts.resetStream({
        account: { tenantId: office.tenantId, accountId: user.accountId },
        stream,
      });
    expect(await writesMeanwhile(async () => undefined)).toBe(0);
    expect(await made()).toHaveLength(1);
    expect(await rows("customer")).toHaveLength(before + 1);
    expect((await reader().item(url))?.text).toContain("NOTE:Mag Tee");
    await exact();
  });

  test("a new event is the user's appointment, with the customer who attends", async () => {
    const { user } = opened();
    const calendar = await bookOf("calendar");
    const before = (await rows("appointment")).length;
    const url = new URL("neu-1.ics", calendar).href;
    const writes = await writesMeanwhile(async () => {
      await saveItem(user.login, { url, etag: "" }, NEW_EVENT);
      await until(
        "the appointment",
        async () => (await rows("appointment")).length > before,
      );
    });
    expect(writes).toBe(0);
    const [customer] = (await rows("customer")).filter(
      (row) => row["last_name"] === "Übel",
    );
    const made = (await rows("appointment")).filter(
      (row) => row["reason"] === "Besuch bei Käthe",
    );
    expect(made).toMatchObject([
      {
        date: "2026-10-25",
        user_id: user.userId,
        customer_id: customer?.["customer_id"],
      },
    ]);
    await exact();
  });
}

const NEW_CARD = [
  "BEGIN:VCARD",
  "VERSION:3.0",
  "UID:neu-1",
  "FN:Käthe Übel",
  "N:Übel;Käthe;;;",
  "EMAIL:kaethe@uebel.example",
  "TEL;TYPE=CELL:+49 151 999",
  "CATEGORIES:Freunde,kunde",
  "NOTE:Mag Tee",
  "END:VCARD",
  "",
].join("\r\n");

const NEW_EVENT = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//Probe//DE",
  "BEGIN:VEVENT",
  "UID:neu-event-1",
  "DTSTAMP:20260101T080000Z",
  "DTSTART;TZID=Europe/Berlin:20261025T100000",
  "DTEND;TZID=Europe/Berlin:20261025T110000",
  "SUMMARY:Besuch bei Käthe",
  "ATTENDEE;CN=Käthe:mailto:kaethe@uebel.example",
  "END:VEVENT",
  "END:VCALENDAR",
  "",
].join("\r\n");
