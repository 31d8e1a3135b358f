import { afterEach, beforeEach, expect, it } from "vitest";
import { CloudConnector } from "./connector.js";
import { onTrapServer, type OnTrapServer } from "./testing/on-trap-server.js";
import { TO_LOOPBACK } from "./testing/to-loopback.js";

let on: OnTrapServer;
beforeEach(async () => {
  on = await onTrapServer();
});
afterEach(() => on.stop());

/** As after a reconnect: nothing is remembered of the login, and nothing is bound. */
const anew = async (stream: "contacts" | "appointments"): Promise<string> => {
  const fresh = new CloudConnector({
    requestTimeoutMs: 1_500,
    egress: TO_LOOPBACK,
  });
  const session = await on.open({}, fresh);
  const container = await session.container(stream);
  await fresh.close();
  return new URL(container).pathname;
};
const made = () =>
  on.server.seen.filter(({ method }) => method.startsWith("MK")).length;

it.each(["contacts", "appointments"] as const)(
  "an own collection of %s that is there is used again by who connects anew",
  async (stream) => {
    const first = await anew(stream);
    const before = made();
    expect(await anew(stream)).toBe(first);
    expect(made()).toBe(before);
    expect([...on.server.collections.keys()].sort()).toEqual(
      [...new Set(["/dav/home/ams-contacts/", first])].sort(),
    );
  },
);

const collection = (path: string, type: string) =>
  `<d:response><d:href>${path}</d:href><d:propstat><d:prop><d:resourcetype><d:collection/>${type}</d:resourcetype><d:displayname>ams</d:displayname></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;

it("where the server puts it at an address of its own it is not made in another way too", async () => {
  const calendars: string[] = [];
  on.server.intercept = ({ method, path, headers }) => {
    if (method.startsWith("MK") && path.includes("appointments")) {
      calendars.push(`/dav/home/${calendars.length + 1}/`);
      return { status: 201 };
    }
    return method === "PROPFIND" &&
      path === "/dav/home/" &&
      headers.depth === "1"
      ? {
          status: 207,
          headers: { "content-type": "application/xml" },
          body: `<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">${collection("/dav/home/", "")}${calendars.map((one) => collection(one, "<c:calendar/>")).join("")}</d:multistatus>`,
        }
      : undefined;
  };
  expect(await anew("appointments")).toBe("/dav/home/1/");
  expect(calendars).toHaveLength(1);
});
