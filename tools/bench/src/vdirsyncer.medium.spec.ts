import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  basicAuthorization,
  commandExists,
  davicalAvailable,
  makeAddressBook,
  radicaleAvailable,
  startDavical,
  startRadicale,
} from "@ams-sync/testing";
import { describe, expect, it } from "vitest";
import { vdirsyncerPair } from "./vdirsyncer.js";

const installed = commandExists("vdirsyncer", ["--version"]);
const user = { name: "juergen", password: "geheim" };
const card = (id: string): string =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${id}\r\nFN:Groß ${id}\r\nN:Groß;${id};;;\r\nEND:VCARD\r\n`;

const servers = [
  { name: "Radicale", there: radicaleAvailable, start: startRadicale },
  { name: "DAViCal", there: davicalAvailable, start: startDavical },
];

describe.each(servers)("vdirsyncer on $name", ({ there, start }) => {
  it.skipIf(!installed || !there())(
    "sends the folder's cards, then has nothing to do (skipped without Debian's packages)",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "ams-sync-vdirsyncer-"));
      const server = await start({ users: [user] });
      const login = {
        url: server.collectionOf(user.name, "kontakte"),
        username: user.name,
        password: user.password,
      };
      try {
        await makeAddressBook(login);
        const pair = await vdirsyncerPair({
          url: server.url,
          collection: login.url,
          user: user.name,
          password: user.password,
          folder,
        });
        for (const id of ["a1", "a2", "a3"])
          await writeFile(join(pair.items, `${id}.vcf`), card(id));
        await pair.discover();
        expect(await pair.sync()).toBeGreaterThan(await pair.start());
        const listed = await fetch(login.url, {
          method: "PROPFIND",
          headers: { depth: "1", authorization: basicAuthorization(login) },
        });
        expect((await listed.text()).match(/\.vcf</g)).toHaveLength(3);
        await pair.sync();
        expect(await readdir(pair.items)).toHaveLength(3);

        const wrong = await vdirsyncerPair({
          url: login.url,
          user: user.name,
          password: "falsch",
          folder: join(folder, "wrong"),
        });
        await wrong.discover();
        await expect(wrong.sync()).rejects.toThrow("vdirsyncer sync");
      } finally {
        await server.stop();
        await rm(folder, { recursive: true });
      }
    },
  );
});
