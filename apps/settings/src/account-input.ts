import {
  ConflictPolicy,
  System,
  type SaveAccountRequest,
} from "@ams-sync/contracts";
import { z } from "zod";

/**
 * What a person may set for an account. Checked here, at the edge: what is
 * stored needs no second look.
 */
const uuid = z.guid();
/** ams counts in PostgreSQL's bigint. */
const LARGEST_ID = 2n ** 63n - 1n;
const amsId = z
  .string()
  .refine(
    (id) => /^[1-9]\d{0,18}$/.test(id) && BigInt(id) <= LARGEST_ID,
    "must be a number of ams without leading zeros",
  );
const day = z.union([z.literal(""), z.iso.date()]);
const text = (longest: number) => z.string().trim().max(longest);

/**
 * A collection is named by its address on the server, never by another host: the password goes there. To the URL
 * standard `//host/`, `/\host/` and the same with tabs or line breaks in between are other hosts, so the standard's
 * own reading decides; no control character has a place in a path anyway.
 */
const container = text(2000).refine(
  (path) =>
    path === "" ||
    (path.startsWith("/") && !CONTROL.test(path) && staysOn(SOME_SERVER, path)),
  "must be a path on the server, beginning with one /",
);

const SOME_SERVER = "https://server.invalid/";
const CONTROL = /\p{Cc}/u;
const staysOn = (server: string, path: string): boolean =>
  URL.canParse(path, server) &&
  new URL(path, server).origin === new URL(server).origin;

const contacts = z.object({
  customers: z.boolean(),
  companies: z.boolean(),
  agents: z.boolean(),
  agentId: z.union([z.literal(""), amsId]),
  tags: z.array(text(200).min(1)).max(200),
  editedSince: day,
  birthday: z.boolean(),
  container,
});

const appointments = z.object({
  // 100 years: "far back" may be said in days too.
  maxAgeDays: z.int().min(0).max(36_525),
  editedSince: day,
  container,
});

const serverUrl = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine((url) => {
    if (!URL.canParse(url)) return true;
    const { username, password } = new URL(url);
    return username === "" && password === "";
  }, "must not hold a login; name and password have fields of their own");

/** What never leaves this machine needs no encryption. */
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

const encrypted = serverUrl.refine((url) => {
  if (!URL.canParse(url)) return true;
  const { protocol, hostname } = new URL(url);
  return protocol !== "http:" || LOOPBACK.test(hostname);
}, "must begin with https://; over http:// anybody on the way could read the password. For a trusted network the settings service can be started with ALLOW_INSECURE_SERVERS=true");

const account = z.object({
  account: z.object({ tenantId: uuid, accountId: uuid }),
  userId: amsId,
  system: z.enum([
    System.CLOUD,
    System.OUTLOOK,
    System.TOBIT,
    System.GOOGLE,
  ] as const),
  username: text(320).min(1),
  // Every account has one (R18-R20); unset means the default.
  policy: z
    .enum([
      ConflictPolicy.UNSPECIFIED,
      ConflictPolicy.AMS_WINS,
      ConflictPolicy.REMOTE_WINS,
    ] as const)
    .transform((policy) =>
      policy === ConflictPolicy.UNSPECIFIED ? ConflictPolicy.AMS_WINS : policy,
    ),
  contacts: contacts.optional(),
  appointments: appointments.optional(),
});

const requestFor = (server: typeof serverUrl) =>
  z.object({
    account: account.extend({ serverUrl: server }),
    expectedVersion: z.bigint().min(0n),
    password: z.string().max(1000),
  });

const request = requestFor(encrypted);
const requestToAnyServer = requestFor(serverUrl);

export type AccountInput = z.infer<typeof request>;

export type Checked =
  | { readonly ok: true; readonly input: AccountInput }
  /** "account.contacts.tags.0: …" for each bad option; holds no values. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** @param allowInsecureServers http:// elsewhere than on this machine, too */
export function checkAccount(
  candidate: SaveAccountRequest,
  allowInsecureServers: boolean,
): Checked {
  const schema = allowInsecureServers ? requestToAnyServer : request;
  const result = schema.safeParse(candidate);
  if (result.success) return { ok: true, input: result.data };
  return {
    ok: false,
    problems: result.error.issues.map(
      (issue) => `${issue.path.join(".")}: ${issue.message}`,
    ),
  };
}
