import { SaveAccountRequest, System } from "@ams-sync/contracts";
import { expect, it } from "vitest";
import { checkAccount } from "./account-input.js";

const request = (over: {
  userId?: string;
  serverUrl?: string;
  container?: string;
  contacts?: { customers?: boolean; tags?: string[] };
}) =>
  SaveAccountRequest.fromPartial({
    account: {
      account: {
        tenantId: "0b5c1c3e-0000-4000-8000-00000000000a",
        accountId: "0b5c1c3e-0000-4000-8000-00000000000b",
      },
      userId: over.userId ?? "7",
      system: System.CLOUD,
      serverUrl: over.serverUrl ?? "https://cloud.example/dav/",
      username: "jürgen",
      contacts: {
        customers: true,
        container: over.container ?? "",
        ...over.contacts,
      },
    },
  });

const problems = (
  over: Parameters<typeof request>[0],
  allowInsecureServers = false,
): readonly string[] => {
  const checked = checkAccount(request(over), allowInsecureServers);
  return checked.ok ? [] : checked.problems;
};

it.each(["", "/", "/dav/Müller%20GmbH/", "/a//b/", "/a:b@c/"])(
  "takes the container %j",
  (container) => {
    expect(problems({ container })).toEqual([]);
  },
);

it.each([
  "dav/",
  "https://evil.example/",
  "//evil.example/",
  "///evil.example/",
  "/\\evil.example/",
  "/\t/evil.example/",
  "/\n\\evil.example/",
  "/dav/\u0000",
])("refuses the container %j", (container) => {
  expect(problems({ container })).toEqual([
    "account.contacts.container: must be a path on the server, beginning with one /",
  ]);
});

it.each([
  [
    { customers: false },
    "account.contacts: Please choose what is sent: customers, companies or agents.",
  ],
  [
    { tags: ["VIP", "vip"] },
    "account.contacts.tags: A tag is in the list twice.",
  ],
])("refuses the contacts %j, as the REST API does", (contacts, problem) => {
  expect(problems({ contacts })).toEqual([problem]);
});

it.each(["7", "9223372036854775807"])("takes the user %s", (userId) => {
  expect(problems({ userId })).toEqual([]);
});

it.each(["0", "07", "-1", "x", "9223372036854775808", "9999999999999999999"])(
  "refuses the user %s, which ams cannot count to",
  (userId) => {
    expect(problems({ userId })).toEqual([
      "account.userId: must be a number of ams without leading zeros",
    ]);
  },
);

it.each([
  "https://cloud.example/",
  "http://localhost:5232/",
  "http://127.0.0.1:5232/dav/",
  "http://127.1/",
  "http://[::1]/",
  "http://dav.localhost/",
])("takes the server %s", (serverUrl) => {
  expect(problems({ serverUrl })).toEqual([]);
});

it.each([
  "http://cloud.example/",
  "http://192.168.1.5/",
  "http://localhost.example/",
  "http://127.0.0.1.example/",
  "HTTP://cloud.example/",
])(
  "takes %s only where the deployment allows it, and says why",
  (serverUrl) => {
    expect(problems({ serverUrl })).toEqual([
      expect.stringMatching(
        /^account\.serverUrl: must begin with https.*password/,
      ),
    ]);
    expect(problems({ serverUrl }, true)).toEqual([]);
  },
);

it.each(["ftp://cloud.example/", "cloud.example", "", "https://"])(
  "never takes the server %j",
  (serverUrl) => {
    expect(problems({ serverUrl }, true).length).toBeGreaterThan(0);
    expect(problems({ serverUrl }).join()).toContain("account.serverUrl");
  },
);
