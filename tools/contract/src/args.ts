import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

export interface ContractArgs {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** One JSON object on standard output, nothing else. */
  readonly json: boolean;
}

export const USAGE = `npm run contract -- --cloud-url URL --user NAME --password-file FILE [--json]

Tries whether ams-sync copes with a CalDAV/CardDAV server: makes collections of
its own there, lets the connector and another program work in them side by side,
removes them, and says what the server does that others do not. Nothing else of
the account is touched. Exit code 0 where the product copes with all of it, 1
where it does not or nothing could be tried, 2 where the options are wrong.

  --cloud-url URL       where other programs find the server, like https://host/dav/
  --user NAME           login there
  --password-file FILE  its password; a line break at the end does not count
                        (--cloud-user and --cloud-password-file, as for the demo, will do)
  --json                one JSON object on standard output
  --help                this text`;

export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Throws `UsageError` with a sentence that says what to do. */
export function readArgs(argv: readonly string[]): ContractArgs | "help" {
  const values = parse(argv);
  if (values.help === true) return "help";
  const { "cloud-url": url, json = false } = values;
  // The demo's names for the same: whoever tried a server there need not learn others.
  const username = values.user ?? values["cloud-user"];
  const file = values["password-file"] ?? values["cloud-password-file"];
  if (url === undefined || username === undefined || file === undefined)
    throw new UsageError("Give --cloud-url, --user and --password-file.");
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(
      "--cloud-url needs an address like https://host/dav/.",
    );
  const address = new URL(url);
  if (address.username !== "" || address.password !== "")
    throw new UsageError(
      "--cloud-url holds a login: give it as --user and --password-file.",
    );
  return { url: address.href, username, password: passwordIn(file), json };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        "cloud-url": { type: "string" },
        user: { type: "string" },
        "password-file": { type: "string" },
        "cloud-user": { type: "string" },
        "cloud-password-file": { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(
      error instanceof Error ? error.message : String(error),
    );
  }
}

function passwordIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(
      `The password file ${file} cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "unknown reason"}).`,
    );
  }
  const password = text.replace(/\r?\n$/, "");
  if (password === "")
    throw new UsageError(`The password file ${file} is empty.`);
  return password;
}
