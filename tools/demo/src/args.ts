import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

export interface DemoArgs {
  /** Verify and stop instead of going on until Ctrl-C. */
  readonly once: boolean;
  /** One JSON object of figures on standard output; all else goes to standard error. */
  readonly json: boolean;
  /** Of the brokerage. */
  readonly customers: number;
  /** A DAV server of one's own instead of a Radicale that the demo starts. */
  readonly cloud?: {
    readonly url: string;
    /** One for each user that is to be connected, three at most. */
    readonly logins: readonly { username: string; password: string }[];
  };
}

export const USAGE = `npm run demo [-- OPTIONS]

  --once                      verify, print the figures and stop
  --json                      figures as one JSON object on standard output
  --customers COUNT           so many test customers instead of 500, from 50 on
  --cloud-url URL             use this CalDAV/CardDAV server instead of a local Radicale
  --cloud-user NAME           login there; repeat for a second and a third user
  --cloud-password-file FILE  its password, one file for each --cloud-user
  --help                      this text

The demo puts its test customers into a collection "ams" of each login: use
accounts that are made for it. A server without https is taken on this machine
only; for one in a network that you trust set ALLOW_INSECURE_SERVERS=true.`;

export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Throws `UsageError` with a sentence that says what to do. */
export function readArgs(argv: readonly string[]): DemoArgs | "help" {
  const values = parse(argv);
  if (values.help) return "help";
  const url = values["cloud-url"];
  const names = values["cloud-user"] ?? [];
  const files = values["cloud-password-file"] ?? [];
  const base = {
    ...{ once: values.once ?? false, json: values.json ?? false },
    customers: countIn(values.customers),
  };
  if (url === undefined) {
    if (names.length + files.length > 0)
      throw new UsageError("--cloud-user needs --cloud-url.");
    return base;
  }
  if (!URL.canParse(url))
    throw new UsageError(
      "--cloud-url needs an address like https://host/dav/.",
    );
  if (names.length === 0 || names.length > 3 || names.length !== files.length)
    throw new UsageError(
      "--cloud-url needs one to three --cloud-user, each with its --cloud-password-file.",
    );
  if (new Set(names).size !== names.length)
    throw new UsageError(
      "Each --cloud-user must be another login: two accounts never share a collection.",
    );
  const logins = names.map((username, index) => ({
    username,
    password: passwordIn(files[index] ?? ""),
  }));
  return { ...base, cloud: { url, logins } };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        once: { type: "boolean" },
        json: { type: "boolean" },
        customers: { type: "string" },
        help: { type: "boolean" },
        "cloud-url": { type: "string" },
        "cloud-user": { type: "string", multiple: true },
        "cloud-password-file": { type: "string", multiple: true },
      },
    }).values;
  } catch (error) {
    throw new UsageError(
      error instanceof Error ? error.message : String(error),
    );
  }
}

const CUSTOMERS = { usual: 500, least: 50, most: 100_000 };

function countIn(text: string | undefined): number {
  if (text === undefined) return CUSTOMERS.usual;
  const count = /^[0-9]{1,6}$/.test(text) ? Number(text) : NaN;
  if (count >= CUSTOMERS.least && count <= CUSTOMERS.most) return count;
  throw new UsageError(
    `--customers needs a number from ${CUSTOMERS.least} to ${CUSTOMERS.most}.`,
  );
}

function passwordIn(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw new UsageError(
      `The password file ${file} cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "unknown reason"}).`,
    );
  }
}
