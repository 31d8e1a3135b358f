import { CaseSkipped } from "@ams-sync/connector-kit/contract";
import { MockAgent } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CannotLook, otherFacts, Place, putCard } from "../questions.js";
import { DavClient } from "./client.js";
import { DavStranger } from "./stranger.js";

const HOME = "https://dav.example/books/";
const multistatus = (inner: string): string =>
  `<multistatus xmlns="DAV:"><response><href>/</href>${inner}</response></multistatus>`;
const THERE = multistatus(
  "<propstat><prop><resourcetype><addressbook/></resourcetype></prop><status>HTTP/1.1 200 OK</status></propstat>",
);
const FAILED = multistatus("<status>HTTP/1.1 423 Locked</status>");
const ABSENT = multistatus("<status>HTTP/1.1 404 Not Found</status>");

let agent: MockAgent;
let client: DavClient;
beforeEach(() => {
  agent = new MockAgent();
  agent.disableNetConnect();
  client = new DavClient(
    { url: HOME, username: "jörg", password: "geheim" },
    { dispatcher: agent },
  );
});
afterEach(() => agent.close());

const answers = (method: string, status: number, body = ""): void => {
  agent
    .get("https://dav.example")
    .intercept({ path: /./, method })
    .reply(status, body);
};

async function withBook(): Promise<[DavStranger, string]> {
  answers("MKCOL", 201);
  answers("PROPFIND", 207, THERE);
  const stranger = new DavStranger(client, {
    contacts: HOME,
    appointments: HOME,
  });
  return [stranger, await stranger.container("contacts", "Büro")];
}

describe("what was made is told as left", () => {
  it.each([
    ["the DELETE failed inside its 207", 207, FAILED, 207, THERE, true],
    [
      "the DELETE was a success that changed nothing",
      204,
      "",
      207,
      THERE,
      true,
    ],
    ["nobody may look", 204, "", 403, "", true],
    ["what is there cannot be read", 204, "", 207, "<multis", true],
    ["it is gone", 204, "", 404, "", false],
    ["it is gone, as the 207 says inside", 207, "", 207, ABSENT, false],
    ["it was gone before", 404, "", 404, "", false],
  ])("%s", async (_, status, body, after, text, isLeft) => {
    const [stranger, book] = await withBook();
    answers("DELETE", status, body);
    answers("PROPFIND", after, text);
    await stranger.leave();
    expect(stranger.left).toEqual(isLeft ? [book] : []);
  });

  it("where nobody answers any more", async () => {
    const [stranger, book] = await withBook();
    await stranger.leave();
    expect(stranger.left).toEqual([book]);
  });
});

it("skips a case whose sample the server refuses: the connector did nothing", async () => {
  const [stranger, book] = await withBook();
  answers("PUT", 415);
  await expect(stranger.put(book, "rich-card")).rejects.toBeInstanceOf(
    CaseSkipped,
  );
});

it("does not look for a trap with an item that the server did not take", async () => {
  const place = new Place(client, { contacts: HOME });
  answers("PUT", 507);
  await expect(putCard(place)).rejects.toBeInstanceOf(CannotLook);
  answers("PUT", 207, FAILED);
  await expect(otherFacts(place, "rich-card")).rejects.toBeInstanceOf(
    CannotLook,
  );
});
