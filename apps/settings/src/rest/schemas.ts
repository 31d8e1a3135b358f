import { fieldRule } from "@ams-sync/platform/rest";
import { RECORD_KINDS, SYSTEMS } from "@ams-sync/sync-core";
import { z } from "zod";
import {
  amsId,
  hasNoTwice,
  hasSomeKind,
  MAX_PASSWORD,
  isPathOnServer,
  kindRule,
  pathRule,
  text,
  twiceRule,
} from "../field-rules.js";

/** What goes in and out, as people's programs see it; every body is checked whole. */
const container = text(2000).min(1).refine(isPathOnServer, pathRule).nullable();
const day = z.iso.date().nullable();
const system = z.enum(SYSTEMS);
/** What becomes of what ams put there. */
const items = z.enum(["remove", "leave"]);
const policy = z.enum(["ams-wins", "remote-wins"]);

const contacts = z
  .strictObject({
    customers: z.boolean(),
    companies: z.boolean(),
    agents: z.boolean(),
    birthday: z.boolean(),
    agentId: amsId.nullable(),
    tags: z.array(text(200).min(1)).max(200),
    editedSince: day,
    container,
    folders: z
      .strictObject({ companies: container, agents: container })
      .optional(),
  })
  .meta({ id: "Contacts" });
/** Of what comes in only: one account that was stored before a rule must not make every list fail. */
const chosenContacts = contacts
  .extend({ tags: contacts.shape.tags.refine(hasNoTwice, twiceRule) })
  .refine(hasSomeKind, kindRule);

const appointments = z
  .strictObject({
    // 100 years: "far back" may be said in days too.
    maxAgeDays: z.int().min(0).max(36_525).nullable(),
    editedSince: day,
    container,
    owners: z.array(amsId).max(200).optional(),
  })
  .meta({ id: "Appointments" });

const username = text(320)
  .min(1)
  .refine(
    // RFC 7617 section 2
    (name) => !/[:\p{Cc}]/u.test(name),
    fieldRule("has-colon", {
      de: "Ein Benutzername enthält keinen Doppelpunkt und keine Steuerzeichen.",
      en: "A user name has no colon and no control characters.",
    }),
  );

const address = text(2000);
const password = z.string().min(1).max(MAX_PASSWORD);

export const newAccount = z.strictObject({
  system,
  serverUrl: address.optional(),
  username,
  password,
  policy: policy.default("ams-wins"),
  contacts: chosenContacts.nullable(),
  appointments: appointments.nullable(),
});
export type NewAccount = z.output<typeof newAccount>;

export const changedAccount = newAccount
  .omit({ system: true, password: true, policy: true })
  .extend({
    policy,
    password: password.optional(),
    previous: items.optional(),
  });
export type ChangedAccount = z.output<typeof changedAccount>;

export const newCredential = z.strictObject({ password });

export const disconnection = z.object({ items: items.optional() });
export const disconnecting = z
  .object({ accountId: z.guid(), items, ended: z.boolean() })
  .meta({ id: "Disconnecting" });

const typedLogin = {
  system,
  serverUrl: address.optional(),
  username,
  password,
};
export const login = z.strictObject(typedLogin);
export const loginForStream = z.strictObject({
  ...typedLogin,
  stream: z.enum(["contacts", "appointments"]),
});

export const account = z
  .object({
    accountId: z.guid(),
    userId: amsId,
    system,
    version: z.int(),
    serverUrl: z.string(),
    username: z.string(),
    hasPassword: z.boolean(),
    policy,
    contacts: contacts.nullable(),
    appointments: appointments.nullable(),
    leaving: items.nullable(),
    /** The account that named this place before it was pointed elsewhere. */
    formerPlaceOf: z.guid().nullable(),
  })
  .meta({ id: "Account" });
export type AccountOut = z.output<typeof account>;

export const recordRef = z
  .strictObject({ kind: z.enum(RECORD_KINDS), recordId: amsId })
  .meta({ id: "RecordRef" });

export const user = z
  .object({
    userId: amsId,
    login: z.string(),
    name: z.string(),
    department: z.string().nullable(),
    active: z.boolean(),
  })
  .meta({ id: "User" });

export const right = z.object({ code: z.string(), name: z.string() });

export const me = z.object({
  tenantId: z.guid().nullable(),
  tenantName: z.string().nullable(),
  userId: amsId.nullable(),
  name: z.string().nullable(),
  rights: z.array(z.string()),
  missingRights: z.array(right),
  hoster: z.boolean(),
});

export const userPage = z.object({
  user,
  mayChooseOthers: z.boolean(),
  colleagues: z.array(user),
  systems: z.array(z.object({ system, available: z.boolean() })),
  accounts: z.array(account),
});

export const place = z
  .object({
    address: z.string(),
    name: z.string(),
    own: z.boolean(),
    writable: z.boolean(),
  })
  .meta({ id: "Container" });

export const auditEntry = z
  .object({
    entryId: z.string(),
    at: z.iso.datetime(),
    by: z.object({ userId: amsId.nullable(), name: z.string() }),
    accountId: z.guid(),
    userId: amsId,
    action: z.enum(["created", "changed", "disconnected", "ended"]),
    changes: z.array(
      z.object({
        pointer: z.string(),
        from: z.json().nullable(),
        to: z.json().nullable(),
      }),
    ),
  })
  .meta({ id: "AuditEntry" });

const limit = z.coerce.number().int().min(1).max(200).default(50);
export const search = z.string().max(200).optional();

export const page = z.object({ limit, search, after: amsId.optional() });
export const choices = z.object({ limit, search });
export const accountPage = z.object({
  limit,
  userId: amsId.optional(),
  system: system.optional(),
  after: z.guid().optional(),
});
export const auditPage = z.object({
  limit,
  userId: amsId.optional(),
  accountId: z.guid().optional(),
  after: amsId.optional(),
});
export const ofUser = z.object({ userId: amsId });
export const ofAccount = z.object({
  accountId: z.guid().transform((id) => id.toLowerCase()),
});
export const ofStream = z.object({
  stream: z.enum(["contacts", "appointments"]),
});
