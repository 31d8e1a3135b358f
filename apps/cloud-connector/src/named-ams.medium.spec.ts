import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import {
  makeCalendar,
  radicaleAvailable,
  startRadicale,
} from "@ams-sync/testing";
import { describe, expect, it } from "vitest";
import { foreignEvent } from "./testing/foreign-items.js";
import { InwardAccount } from "./testing/inward-account.js";

const LOGIN = { username: "max", password: "geheim" };
const HEADERS = {
  authorization: `Basic ${Buffer.from("max:geheim").toString("base64")}`,
};
const NAMED_AMS = `<?xml version="1.0"?><propertyupdate xmlns="DAV:"><set><prop><displayname>ams</displayname></prop></set></propertyupdate>`;

/** A server where nobody may make collections. */
const makingNothing = async (target: URL) => {
  const server = createServer((asked, answer) => {
    if (asked.method?.startsWith("MK")) {
      asked.resume();
      answer.writeHead(403).end();
      return;
    }
    const onwards = request(
      new URL(asked.url ?? "/", target),
      { method: asked.method, headers: asked.headers },
      (from) => {
        answer.writeHead(from.statusCode ?? 500, from.headers);
        from.pipe(answer);
      },
    );
    asked.pipe(onwards);
  });
  await new Promise<void>((listens) =>
    server.listen(0, "127.0.0.1", () => listens()),
  );
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

describe.skipIf(!radicaleAvailable())(
  "a calendar that its user has named ams for years, where nobody may make another one",
  () => {
    it("brings nothing private or older into ams unasked (R25)", async () => {
      const radicale = await startRadicale({
        users: [{ name: LOGIN.username, password: LOGIN.password }],
      });
      const server = await makingNothing(new URL(radicale.url));
      const url = new URL("max/jahrelang/", radicale.url).href;
      await makeCalendar({ url, ...LOGIN });
      const put = async (name: string, ...lines: string[]) => {
        const answer = await fetch(new URL(`${name}.ics`, url), {
          method: "PUT",
          headers: { ...HEADERS, "content-type": "text/calendar" },
          body: foreignEvent(name, `SUMMARY:${name}`, ...lines),
        });
        expect(answer.status).toBe(201);
      };
      const named = await fetch(url, {
        method: "PROPPATCH",
        headers: { ...HEADERS, "content-type": "application/xml" },
        body: NAMED_AMS,
      });
      expect(named.status).toBe(207);
      await put("urologe", "CREATED:20150101T080000Z", "CLASS:PRIVATE");
      await put("kegeln", "CREATED:20150101T080000Z");
      const account = new InwardAccount({ url: server.url, ...LOGIN });
      await account.settle();
      await account.poll();
      const { container } = account.stream("appointments");
      const { unlinked } = account.stream("appointments").questions;
      const left = [...unlinked.values()].map(({ reason }) => reason);
      const made = [...account.ams.made.values()];
      await account.close();
      server.stop();
      await radicale.stop();
      expect(container).toContain("jahrelang");
      expect(made).toEqual([]);
      expect(left.toSorted()).toEqual(["before-connection", "private"]);
    });
  },
);
