import { customer } from "@ams-sync/connector-kit/memory";
import {
  makeAddressBook,
  radicaleAvailable,
  startRadicale,
} from "@ams-sync/testing";
import { describe, expect, it } from "vitest";
import { InwardAccount } from "./testing/inward-account.js";

const LOGIN = { username: "max", password: "geheim" };
const card = (n: number, address: string): string =>
  [
    ...["BEGIN:VCARD", "VERSION:3.0", `UID:k${n}`, `N:Weber${n};Anna;;;`],
    ...[`FN:Anna Weber${n}`, `EMAIL:anna${n}@weber.example`],
    ...[`ADR;TYPE=HOME:${address}`, "END:VCARD", ""],
  ].join("\r\n");

describe.skipIf(!radicaleAvailable())(
  "a first run into a full address book",
  () => {
    it.each([
      ["ams-wins", { country: "Deutschland" }, ";;Weg 1;Köln;;50667;"],
      [
        "remote-wins",
        { street: "Weg 1", postalCode: "50667", city: "Köln" },
        ";;;;;;Deutschland",
      ],
    ] as const)(
      "fills up addresses and empties none: %s",
      async (policy, inAms, onCard) => {
        const radicale = await startRadicale({
          users: [{ name: LOGIN.username, password: LOGIN.password }],
        });
        const login = { url: radicale.url, ...LOGIN };
        const at = { ...login, url: new URL("max/adr/", radicale.url).href };
        await makeAddressBook(at);
        const account = new InwardAccount(login);
        account.options = { ...account.options, policy };
        account.choose({ containers: { contacts: at.url } });
        const all = Array.from({ length: 12 }, (_, n) => n);
        const urlOf = (n: number) => new URL(`k${n}.vcf`, at.url).href;
        for (const n of all) await account.put(urlOf(n), card(n, onCard));
        account.commit(
          all.map((n) =>
            customer(
              String(n + 10),
              {
                ...{ firstName: "Anna", lastName: `Weber${n}` },
                ...{ email: `anna${n}@weber.example`, ...inAms },
              },
              0,
            ),
          ),
        );
        await account.settle();
        await account.poll();
        const { held } = account.stream("contacts").questions;
        const cards = await Promise.all(all.map((n) => account.get(urlOf(n))));
        const here = all.map((n) => account.values("contacts", String(n + 10)));
        await account.close();
        await radicale.stop();
        expect(held).toEqual([]);
        for (const text of cards)
          expect(text).toMatch(/;;Weg 1;Köln;;50667;Deutschland/);
        for (const values of here)
          expect(values).toMatchObject({
            ...{ street: "Weg 1", postalCode: "50667" },
            ...{ city: "Köln", country: "Deutschland" },
          });
      },
    );
  },
);
