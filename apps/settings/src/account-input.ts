import {
  ConflictPolicy,
  System,
  type SaveAccountRequest,
} from "@ams-sync/contracts";
import { z } from "zod";
import {
  amsId,
  encryptedUrl,
  hasNoTwice,
  hasSomeKind,
  isPathOnServer,
  kindRule,
  MAX_PASSWORD,
  pathRule,
  serverUrl,
  text,
  twiceRule,
} from "./field-rules.js";

/**
 * What a person may set for an account. Checked here, at the edge: what is
 * stored needs no second look.
 */
const uuid = z.guid();
const day = z.union([z.literal(""), z.iso.date()]);

const container = text(2000).refine(
  (path) => path === "" || isPathOnServer(path),
  pathRule,
);

const contacts = z
  .object({
    customers: z.boolean(),
    companies: z.boolean(),
    agents: z.boolean(),
    agentId: z.union([z.literal(""), amsId]),
    tags: z.array(text(200).min(1)).max(200).refine(hasNoTwice, twiceRule),
    editedSince: day,
    birthday: z.boolean(),
    container,
    companiesContainer: container.default(""),
    agentsContainer: container.default(""),
  })
  .refine(hasSomeKind, kindRule);

const appointments = z.object({
  // 100 years: "far back" may be said in days too.
  maxAgeDays: z.int().min(0).max(36_525),
  editedSince: day,
  container,
  ownerIds: z.array(amsId).max(200).default([]),
});

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
    password: z.string().max(MAX_PASSWORD),
  });

const request = requestFor(encryptedUrl);
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
