import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TimeZone } from "@ams-sync/sync-core";
import { expect, it } from "vitest";
import { letsAnybodyIn } from "../questions.js";
import { DavClient } from "./client.js";
import { DavStranger } from "./stranger.js";
import { davSubject } from "./subject.js";

/** Lets nobody in, and remembers who tried. */
async function locked<T>(work: (port: number) => Promise<T>) {
  const tried: string[] = [];
  const server = createServer(({ headers }, response) => {
    const [, basic = ""] = (headers.authorization ?? "").split(" ");
    tried.push(Buffer.from(basic, "base64").toString());
    response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  try {
    await work((server.address() as AddressInfo).port);
    return tried;
  } finally {
    server.close();
  }
}
const LOGIN = { username: "jörg", password: "geheim" };

it("lets the connector go to a server of one label, which a network does not open", async () => {
  const tried = await locked(async (port) => {
    const url = `http://localhost:${port}/`;
    const client = new DavClient({ ...LOGIN, url });
    const stranger = new DavStranger(client, {
      contacts: url,
      appointments: url,
    });
    const subject = davSubject({ ...LOGIN, serverUrl: url }, stranger);
    const attempt = subject.connector.open(subject.login, {
      timeZone: "Europe/Berlin" as TimeZone,
      signal: new AbortController().signal,
      now: () => 0,
    });
    await expect(attempt).rejects.toMatchObject({ kind: "auth" });
    await subject.close();
    await client.close();
  });
  expect(tried.length).toBeGreaterThan(0);
});

it("tries a wrong password that holds nothing of the right one", async () => {
  const tried = await locked(async (port) => {
    const url = `http://localhost:${port}/`;
    const client = new DavClient({ ...LOGIN, url });
    expect(await letsAnybodyIn(client, url)).toBe(false);
    await client.close();
  });
  expect(tried).toEqual([expect.stringMatching(/^jörg:(?!.*geheim).{20,}$/)]);
});
