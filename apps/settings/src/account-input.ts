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
const amsId = z
  .string()
  .regex(/^[1-9]\d{0,18}$/, "must be a number of ams without leading zeros");
const day = z.union([z.literal(""), z.iso.date()]);
const text = (longest: number) => z.string().trim().max(longest);

/** A collection is named by its address on the server, never by another host. */
const container = text(2000).refine(
  (path) => path === "" || path.startsWith("/"),
  "must be a path on the server, beginning with /",
);

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
    const { username, password } = new URL(url);
    return username === "" && password === "";
  }, "must not hold a login; name and password have fields of their own");

const account = z.object({
  account: z.object({ tenantId: uuid, accountId: uuid }),
  userId: amsId,
  system: z.enum([
    System.CLOUD,
    System.OUTLOOK,
    System.TOBIT,
    System.GOOGLE,
  ] as const),
  serverUrl,
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

const request = z.object({
  account,
  expectedVersion: z.bigint().min(0n),
  password: z.string().max(1000),
});

export type AccountInput = z.infer<typeof request>;

export type Checked =
  | { readonly ok: true; readonly input: AccountInput }
  /** "account.contacts.tags.0: …" for each bad option; holds no values. */
  | { readonly ok: false; readonly problems: readonly string[] };

export function checkAccount(candidate: SaveAccountRequest): Checked {
  const result = request.safeParse(candidate);
  if (result.success) return { ok: true, input: result.data };
  return {
    ok: false,
    problems: result.error.issues.map(
      (issue) => `${issue.path.join(".")}: ${issue.message}`,
    ),
  };
}
