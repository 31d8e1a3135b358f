import { ConnectorError } from "@ams-sync/connector-kit";
import type { TimeZone } from "@ams-sync/sync-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GraphSite, startSite } from "./testing/graph-site.js";

let site: GraphSite;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site?.close());

const ADDRESS = "anna@makler.example";

const tried = (password: string, username = ADDRESS) =>
  site.connector().tryLogin(
    { serverUrl: "https://graph.microsoft.com/", username, password },
    {
      timeZone: "Europe/Berlin" as TimeZone,
      signal: new AbortController().signal,
      now: () => Date.now(),
    },
  );
const refusedPart = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => "accepted",
    (error: unknown) =>
      error instanceof ConnectorError ? error.detail.refused : error,
  );
const but = (change: Record<string, string>): string =>
  JSON.stringify({ ...JSON.parse(site.password()), ...change });

describe("a login that is tried", () => {
  it("lists folders and calendars", async () => {
    const anna = site.graph.mailbox(ADDRESS);
    anna.folders.add("Privat");
    const [contacts, appointments] = await tried(site.password());
    expect(contacts?.containers.map(({ name }) => name)).toContain("Privat");
    expect(appointments?.containers.length).toBeGreaterThan(0);
  });

  it("says which part of it is refused", async () => {
    site.graph.mailbox(ADDRESS);
    const { app } = site.graph;
    expect(await refusedPart(tried(but({ secret: "falsch" })))).toBe("app");
    expect(await refusedPart(tried("geheim"))).toBe("app");
    const elsewhere = but({ tenant: "7b0e8a3e-1d64-4f6e-9f0a-5d1f3c1b2a90" });
    expect(await refusedPart(tried(elsewhere))).toBe("directory");
    const stranger = but({ clientId: "7b0e8a3e-1d64-4f6e-9f0a-5d1f3c1b2a90" });
    expect(await refusedPart(tried(stranger))).toBe("directory");
    const nobody = tried(site.password(), "niemand@makler.example");
    expect(await refusedPart(nobody)).toBe("mailbox");
    site.graph.mailbox("ohne@makler.example").licensed = false;
    const unlicensed = tried(site.password(), "ohne@makler.example");
    expect(await refusedPart(unlicensed)).toBe("mailbox");
    app.revoked.add("*");
    expect(await refusedPart(tried(site.password()))).toBe("consent");
    app.revoked.clear();
    expect(await refusedPart(tried(site.password()))).toBe("accepted");
  });
});
