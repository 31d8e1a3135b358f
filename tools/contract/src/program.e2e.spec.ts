import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKOUT } from "@ams-sync/stack";
import {
  davicalAvailable,
  everyNth,
  type Imposable,
  on,
  QUIRKS,
  radicaleAvailable,
  startDavical,
  startQuirkProxy,
  startRadicale,
} from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DavClient } from "./dav/client.js";
import { findHomes } from "./dav/homes.js";
import { STRANGER_AGENT } from "./dav/client.js";
import type { ContractReport } from "./report.js";

const USER = { username: "käthe", password: "Schlüssel-42" };
const users = [{ name: USER.username, password: USER.password }];

let folder: string;
let passwordFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ams-sync-contract-"));
  passwordFile = join(folder, "password");
  await writeFile(passwordFile, `${USER.password}\r\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The command as a hoster starts it, from the build. */
const start = (url: string, ...more: readonly string[]) => {
  const child = spawn(
    process.execPath,
    [
      join(CHECKOUT, "tools/contract/dist/main.js"),
      ...["--cloud-url", url, "--user", USER.username],
      ...["--password-file", passwordFile],
      ...more,
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk) => (said.out += String(chunk)));
  child.stderr.on("data", (chunk) => (said.err += String(chunk)));
  const end = async () => {
    const [code] = (await once(child, "close")) as [number | null];
    expect(said.out + said.err).not.toContain(USER.password);
    return { code, ...said };
  };
  return { child, said, end };
};
const run = (url: string, ...more: readonly string[]) =>
  start(url, ...more).end();

/** Names of the collections that the user has. */
async function collections(url: string): Promise<readonly string[]> {
  const client = new DavClient({ ...USER, url });
  const { contacts, appointments } = await findHomes(client);
  const hrefs = new Set<string>();
  for (const home of [contacts, appointments]) {
    if (home === undefined) continue;
    const { rows } = await client.propfind(home, "1", ["d:resourcetype"]);
    for (const { href } of rows) hrefs.add(href);
  }
  await client.close();
  return [...hrefs].filter((href) => href.includes("contract"));
}

describe.skipIf(!radicaleAvailable())("npm run contract at Radicale", () => {
  let server: Awaited<ReturnType<typeof startRadicale>>;
  beforeAll(async () => {
    server = await startRadicale({ users });
  });
  afterAll(() => server?.stop());

  const behind = async <T>(
    quirks: readonly Imposable[],
    work: (url: string) => Promise<T>,
  ): Promise<T> => {
    const proxy = await startQuirkProxy({ target: server.url, quirks });
    try {
      return await work(proxy.url);
    } finally {
      await proxy.stop();
    }
  };

  it("copes, prints the server's traps, and leaves nothing", async () => {
    const { code, out, err } = await run(server.url);
    expect([code, err]).toEqual([0, expect.stringContaining("tried")]);
    expect(out).toContain("how ams-sync copes");
    expect(out).toContain("the same UID twice");
    expect(out).toMatch(/ 0 broken, \d+ not asked; \d+ requests in /);
    expect(out).toContain("ams-sync copes with 127.0.0.1");
    expect(await collections(server.url)).toEqual([]);
  });

  it("says what a server does that the product cannot cope with, and ends with 1", async () => {
    const quirk = on(
      everyNth(
        4,
        ({ method, headers }) =>
          method === "PUT" && headers["user-agent"] !== STRANGER_AGENT,
      ),
      QUIRKS["put-fails-inside"],
    );
    const { code, out } = await behind([quirk], (url) => run(url, "--json"));
    const report = JSON.parse(out) as ContractReport;
    expect(code).toBe(1);
    expect(report.ok).toBe(false);
    const broken = report.cases.filter(({ outcome }) => outcome === "broken");
    expect(broken.length).toBeGreaterThan(3);
    expect(broken.map(({ reason }) => reason).join()).toContain("full");
    expect(report.left).toEqual([]);
    expect(await collections(server.url)).toEqual([]);
  });

  it("names what the server does not keep, and that nothing is emptied by it", async () => {
    const { code, out } = await behind(["stored-without-field"], (url) =>
      run(url, "--json"),
    );
    const report = JSON.parse(out) as ContractReport;
    expect(report.cases.filter(({ outcome }) => outcome === "broken")).toEqual(
      [],
    );
    expect([code, report.ok]).toEqual([0, true]);
    expect(report.traps).toContainEqual(
      expect.objectContaining({
        trap: "a property is not stored",
        server: "stores it without X-GENDER, 3 of 4 TEL, DESCRIPTION, LOCATION",
        copes: "shown",
      }),
    );
  });

  it.each([
    ["digest-only", "accepts only Digest logins"],
    ["discovery-in-sub-path", "No CalDAV/CardDAV server answers"],
  ] as const)("%s: says what to do", async (quirk, sentence) => {
    const { code, out, err } = await behind([quirk], (url) => run(url));
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain(sentence);
  });

  it("says that collections cannot be made", async () => {
    const quirk = on(({ method }) => method.startsWith("MKC"), {
      name: "no-collections",
      sentence: "Nobody makes collections.",
      behave: async () => ({
        status: 403,
        headers: {},
        body: Buffer.alloc(0),
      }),
    });
    const { code, err } = await behind([quirk], (url) => run(url));
    expect(code).toBe(1);
    expect(err).toMatch(/lets this login make no address book .*403.*MKCOL/);
  });

  it("says that the password is wrong, that nobody is there, and what an option lacks", async () => {
    await writeFile(passwordFile, "falsch\n");
    const wrong = await run(server.url);
    await writeFile(passwordFile, `${USER.password}\n`);
    expect(wrong).toMatchObject({
      code: 1,
      err: expect.stringContaining("password is not accepted"),
    });
    const nobody = await run("http://127.0.0.1:9/");
    expect(nobody).toMatchObject({
      code: 1,
      err: expect.stringMatching(/127\.0\.0\.1:9 cannot be reached/),
    });
    const strange = await run("dav.example.com");
    expect(strange).toMatchObject({
      code: 2,
      err: expect.stringContaining("--cloud-url needs an address"),
    });
  });

  it("broken off in the middle it removes what it made", async () => {
    const { child, end } = start(server.url);
    while ((await collections(server.url)).length < 3)
      await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill("SIGINT");
    const { code, err } = await end();
    expect([code, err]).toEqual([1, expect.stringContaining("Broken off")]);
    expect(await collections(server.url)).toEqual([]);
  });
});

describe.skipIf(!davicalAvailable())("npm run contract at DAViCal", () => {
  it("copes with what DAViCal does to cards, and leaves nothing", async () => {
    const server = await startDavical({ users });
    try {
      const { code, out } = await run(server.url, "--json");
      const report = JSON.parse(out) as ContractReport;
      expect(
        report.cases.filter(({ outcome }) => outcome === "broken"),
      ).toEqual([]);
      expect([code, report.ok]).toEqual([0, true]);
      const traps = report.traps.map(({ trap }) => trap);
      expect(traps).toContain("signs lose their escapes in cards");
      expect(await collections(server.url)).toEqual([]);
    } finally {
      await server.stop();
    }
  });
});
