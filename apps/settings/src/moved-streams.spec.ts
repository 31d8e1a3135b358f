import { AppointmentsOptions, ContactsOptions } from "@ams-sync/contracts";
import { STREAM_KINDS } from "@ams-sync/sync-core";
import { expect, test } from "vitest";
import { movedStreams, partingStreams } from "./moved-streams.js";

const contacts = ContactsOptions.fromPartial({ customers: true });
const appointments = AppointmentsOptions.fromPartial({ maxAgeDays: 30 });
const before = {
  serverUrl: "https://cloud.example/dav/",
  username: "jürgen",
  contacts,
  appointments,
};

test.each([
  ["the server", { serverUrl: "https://neu.example/dav/" }, STREAM_KINDS],
  ["the user name", { username: "jürgen.groß" }, STREAM_KINDS],
  [
    "the server while a stream is off",
    { serverUrl: "https://neu.example/dav/", appointments: undefined },
    STREAM_KINDS,
  ],
  [
    "a container",
    { contacts: { ...contacts, container: "/juergen/neu/" } },
    ["contacts"],
  ],
  [
    "the other container",
    { appointments: { ...appointments, container: "/juergen/neu/" } },
    ["appointments"],
  ],
  [
    "a folder of one kind",
    { contacts: { ...contacts, agentsContainer: "/contactFolders/A" } },
    ["contacts"],
  ],
  ["other options", { contacts: { ...contacts, companies: true } }, []],
  ["a stream switched off", { appointments: undefined }, []],
  ["nothing", {}, []],
])("what moves with %s", (_, over, moved) => {
  expect(movedStreams(before, { ...before, ...over })).toEqual(moved);
});

test.each([
  ["all with another server", {}, STREAM_KINDS],
  ["none that was off before", { contacts: undefined }, ["appointments"]],
])("what parts: %s", (_, over, parting) => {
  const after = { ...before, serverUrl: "https://neu.example/dav/" };
  expect(partingStreams({ ...before, ...over }, after)).toEqual(parting);
});
