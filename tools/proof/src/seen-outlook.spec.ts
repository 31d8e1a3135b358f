import { expect, test } from "vitest";
import { seenOutlookContact, seenOutlookEvent } from "./seen-outlook.js";

const extended = (id: string, value: string) => ({ id, value });

test("a person is read from the private places, a company from the business ones", () => {
  const both = {
    homeAddress: { street: "Am Markt 1", city: "Görlitz" },
    businessAddress: { street: "Gewerbepark 7", city: "Zwickau" },
    homePhones: ["+49 3581 1"],
    businessPhones: ["+49 375 2"],
    emailAddresses: [{ name: "x", address: "jana@example.org" }],
    singleValueExtendedProperties: [
      extended("String 0x3a24", "+49 375 9"),
      extended("String 0x3A25", "+49 3581 9"),
      extended("Short 0x3A4D", "1"),
    ],
  };
  expect(
    seenOutlookContact({
      ...{ id: "A", givenName: "Jana", surname: "Öhler", ...both },
      companyName: "Öhler & Töchter",
      birthday: "1980-02-29T11:59:00Z",
    }),
  ).toBe(
    "Jana | Öhler |  | Am Markt 1 |  | Görlitz |  |  | +49 3581 1 | +49 375 2 | +49 3581 9 |  | jana@example.org |  | female | 1980-02-29",
  );
  expect(
    seenOutlookContact({ id: "B", companyName: "Öhler & Töchter", ...both }),
  ).toMatch(
    /^ \|  \| Öhler & Töchter \| Gewerbepark 7 \|  \| Zwickau .* \+49 375 9 \|/,
  );
});

test("an event is its wall times, a whole day none, and its text without the mailbox's last line end", () => {
  const event = (isAllDay: boolean, start: string, end: string) =>
    seenOutlookEvent({
      ...{ id: "A", isAllDay, subject: "Jahresgespräch" },
      start: { dateTime: start },
      end: { dateTime: end },
      body: { content: "Eins\r\nZwei\r\n" },
    });
  expect(
    event(false, "2026-03-29T23:30:00.0000000", "2026-03-30T00:30:00"),
  ).toBe("2026-03-29 | 23:30 | 00:30 | Jahresgespräch | Eins\nZwei");
  expect(event(true, "2026-03-29T00:00:00", "2026-03-30T00:00:00")).toBe(
    "2026-03-29 |  |  | Jahresgespräch | Eins\nZwei",
  );
});
