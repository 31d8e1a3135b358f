import { readFile } from "node:fs/promises";
import { ConfigError } from "@ams-sync/platform";
import { z } from "zod";

/** An address as mail servers take it; one only, and nothing that a header could be broken with. */
const ADDRESS = /^[^\s<>,;:"@]+@[^\s<>,;:"@]+$/;
const MAIL_FROM = /^(?:[^<>,;:"@\r\n]* )?<([^<>]+)>$/;

export const addressOf = (from: string): string | undefined => {
  const address = MAIL_FROM.exec(from)?.[1] ?? from;
  return ADDRESS.test(address) ? address : undefined;
};

export const mailConfig = z.object({
  /** Without it nobody is written to. */
  SMTP_HOST: z
    .string()
    .regex(/^[^\s:/@]+$/, "must be a host without a port")
    .optional(),
  SMTP_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  /** `starttls` insists on it; `none` is for a relay of one's own, and takes no login. */
  SMTP_SECURITY: z.enum(["starttls", "tls", "none"]).default("starttls"),
  SMTP_USER: z.string().optional(),
  SMTP_PASSWORD: z.string().optional(),
  SMTP_PASSWORD_FILE: z.string().optional(),
  /** PEM: who vouches for the mail server's certificate, beside the public authorities. */
  SMTP_CA_FILE: z.string().optional(),
  /** `ams-sync <ams-sync@hoster.example>` */
  MAIL_FROM: z
    .string()
    .refine((text) => addressOf(text) !== undefined, {
      message: "must be an address, or a name and an address in <>",
    })
    .optional(),
  /** Where people reach the console: mails link to it. */
  CONSOLE_URL: z.url({ protocol: /^https?$/ }).optional(),
  MAIL_INTERVAL_MS: z.coerce.number().int().positive().default(60_000),
  /** How long accounts are gathered for one mail: a server that is away stops them one by one. */
  MAIL_GATHER_MS: z.coerce.number().int().min(0).default(600_000),
});
export type MailConfig = z.infer<typeof mailConfig>;

type Rule = readonly [
  path: string,
  holds: (config: Partial<MailConfig>) => boolean,
  message: string,
];
const RULES: readonly Rule[] = [
  ["MAIL_FROM", (c) => c.MAIL_FROM !== undefined, "is needed with SMTP_HOST"],
  [
    "CONSOLE_URL",
    (c) => c.CONSOLE_URL !== undefined,
    "is needed with SMTP_HOST: mails say where to look",
  ],
  [
    "SMTP_USER",
    (c) => c.SMTP_USER === undefined || c.SMTP_SECURITY !== "none",
    "would cross the network readable with its password: take SMTP_SECURITY starttls or tls",
  ],
  [
    "SMTP_PASSWORD",
    (c) =>
      [c.SMTP_PASSWORD, c.SMTP_PASSWORD_FILE].filter(Boolean).length ===
      (c.SMTP_USER === undefined ? 0 : 1),
    "SMTP_USER and exactly one of SMTP_PASSWORD and SMTP_PASSWORD_FILE go together",
  ],
];

/** What belongs together where mails are sent at all; names each variable that is missing. */
export const requireWholeMail = <S extends z.ZodType<MailConfig>>(
  schema: S,
): S =>
  RULES.reduce(
    (refined, [path, holds, message]) =>
      refined.refine(
        (config) => config.SMTP_HOST === undefined || holds(config),
        { path: [path], message, when: () => true },
      ),
    schema,
  );

/** The text of a file that a variable names. @throws ConfigError */
export const fileOf = async (
  variable: string,
  file: string | undefined,
): Promise<string | undefined> => {
  if (file === undefined || file === "") return undefined;
  return readFile(file, "utf8").catch(() => {
    throw new ConfigError([
      { name: variable, reason: "names a file that cannot be read" },
    ]);
  });
};
