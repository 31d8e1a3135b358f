import { z } from "zod";
import type { Account, ChangedAccount, Stream, System } from "../api/types.js";
import { isDay } from "../i18n/day.js";
import { appLoginOf, isWhole } from "./outlook/app-login.js";

const optional = z.string().nullable();

/** An account as the fields of a dialog show it. */
export const accountForm = z.object({
  serverUrl: z.string(),
  username: z.string(),
  /** Empty: the stored one stays. */
  password: z.string(),
  policy: z.enum(["ams-wins", "remote-wins"]),
  contacts: z.object({
    on: z.boolean(),
    customers: z.boolean(),
    companies: z.boolean(),
    agents: z.boolean(),
    birthday: z.boolean(),
    agentId: optional,
    tags: z.array(z.string()),
    /** Asked before everything goes out because nobody chose a tag. */
    everything: z.boolean(),
    editedSince: z.string(),
    container: optional,
    /** Only some systems have them; null: where the customers are. */
    companiesContainer: optional,
    agentsContainer: optional,
  }),
  appointments: z.object({
    on: z.boolean(),
    limited: z.boolean(),
    maxAgeDays: z.union([z.number(), z.string()]),
    editedSince: z.string(),
    container: optional,
    /** Others; only some systems have them. */
    owners: z.array(z.string()),
  }),
});
export type AccountForm = z.infer<typeof accountForm>;

const FRESH = {
  contacts: {
    customers: true,
    companies: false,
    agents: false,
    birthday: true,
    agentId: null,
    tags: [],
    editedSince: null,
    container: null,
  },
  appointments: { maxAgeDays: null, editedSince: null, container: null },
} as const;

const DEFAULT_DAYS = 30;

/** Where a system always is: nobody types it. */
const FIXED: Partial<Record<System, string>> = {
  outlook: "https://graph.microsoft.com/",
};

export function formOf(
  account: Account | undefined,
  wanted?: Stream,
  system: System = account?.system ?? "cloud",
): AccountForm {
  const contacts = account?.contacts ?? FRESH.contacts;
  const appointments = account?.appointments ?? FRESH.appointments;
  const chosen = account?.contacts;
  return {
    serverUrl: account?.serverUrl ?? FIXED[system] ?? "",
    username: account?.username ?? "",
    password: "",
    policy: account?.policy ?? "ams-wins",
    contacts: {
      on: Boolean(account?.contacts) || wanted === "contacts",
      customers: contacts.customers,
      companies: contacts.companies,
      agents: contacts.agents,
      birthday: contacts.birthday,
      agentId: contacts.agentId,
      tags: [...contacts.tags],
      everything: chosen ? chosen.tags.length === 0 : false,
      editedSince: contacts.editedSince ?? "",
      container: contacts.container,
      companiesContainer: chosen?.folders?.companies ?? null,
      agentsContainer: chosen?.folders?.agents ?? null,
    },
    appointments: {
      on: Boolean(account?.appointments) || wanted === "appointments",
      limited: appointments.maxAgeDays !== null,
      maxAgeDays: appointments.maxAgeDays ?? DEFAULT_DAYS,
      editedSince: appointments.editedSince ?? "",
      container: appointments.container,
      owners: (account?.appointments?.owners ?? []).filter(
        (owner) => owner !== account?.userId,
      ),
    },
  };
}

/** What goes to settings; options that this dialog does not show stay as they are. */
export function bodyOf(
  form: AccountForm,
  before: Account | undefined,
  system: System = before?.system ?? "cloud",
): ChangedAccount {
  const { contacts, appointments } = form;
  return {
    serverUrl: form.serverUrl.trim(),
    username: form.username.trim(),
    ...(form.password !== "" && { password: form.password }),
    policy: form.policy,
    contacts: contacts.on
      ? {
          ...before?.contacts,
          customers: contacts.customers,
          companies: contacts.companies,
          agents: contacts.agents,
          birthday: contacts.birthday,
          agentId: contacts.agentId,
          tags: contacts.tags,
          editedSince: contacts.editedSince || null,
          container: contacts.container,
          ...(system === "outlook" && {
            folders: {
              companies: contacts.companiesContainer,
              agents: contacts.agentsContainer,
            },
          }),
        }
      : null,
    appointments: appointments.on
      ? {
          ...before?.appointments,
          maxAgeDays: appointments.limited
            ? Number(appointments.maxAgeDays)
            : null,
          editedSince: appointments.editedSince || null,
          container: appointments.container,
          ...(system === "outlook" && { owners: appointments.owners }),
        }
      : null,
  };
}

/** Whether the stored password would go elsewhere: it never does. */
export const logsInElsewhere = (
  form: Pick<AccountForm, "serverUrl" | "username">,
  stored: Pick<Account, "serverUrl" | "username" | "hasPassword"> | undefined,
): boolean =>
  stored === undefined ||
  !stored.hasPassword ||
  form.serverUrl.trim() !== stored.serverUrl ||
  form.username.trim() !== stored.username;

const text = z.string().trim().min(1, "required");
const MOST_DAYS = 36_525;

/** What can be told without asking anybody; settings judges the rest. Messages are keys of `dialog.errors`. */
export const formRules = (
  stored: Account | undefined,
  system: System = stored?.system ?? "cloud",
) =>
  accountForm.superRefine((form, context) => {
    const wrong = (path: string, message: ErrorKey): void =>
      context.addIssue({ code: "custom", path: path.split("."), message });
    if (!text.safeParse(form.serverUrl).success) wrong("serverUrl", "required");
    if (!text.safeParse(form.username).success) wrong("username", "required");
    if (form.password === "" && logsInElsewhere(form, stored))
      wrong("password", stored?.hasPassword ? "passwordAgain" : "required");
    if (
      system === "outlook" &&
      form.password !== "" &&
      !isWhole(appLoginOf(form.password))
    )
      wrong("password", "appWhole");
    const { contacts, appointments } = form;
    if (!contacts.on && !appointments.on && stored === undefined)
      wrong("contacts.on", "someStream");
    if (contacts.on) {
      if (!contacts.customers && !contacts.companies && !contacts.agents)
        wrong("contacts.customers", "someKind");
      if (asksForEverything(form)) wrong("contacts.everything", "confirmTags");
      if (isNoDay(contacts.editedSince)) wrong("contacts.editedSince", "day");
    }
    const days = Number(appointments.maxAgeDays);
    const fits = Number.isInteger(days) && days >= 1 && days <= MOST_DAYS;
    if (appointments.on && appointments.limited && !fits)
      wrong("appointments.maxAgeDays", "days");
    if (appointments.on && isNoDay(appointments.editedSince))
      wrong("appointments.editedSince", "day");
  });

const isNoDay = (text: string): boolean => text !== "" && !isDay(text);

const asksForEverything = ({ contacts }: AccountForm): boolean =>
  contacts.customers && contacts.tags.length === 0 && !contacts.everything;

export type ErrorKey =
  | "required"
  | "passwordAgain"
  | "appWhole"
  | "day"
  | "days"
  | "someKind"
  | "someStream"
  | "confirmTags";
