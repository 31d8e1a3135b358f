import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { radicaleAvailable, startRadicale } from "@ams-sync/testing";
import type { DemoArgs } from "./args.js";
import type { DavLogin } from "@ams-sync/proof";

/** The DAV server of the demo and a login for each user that is connected. */
export interface Cloud {
  readonly name: string;
  readonly logins: readonly DavLogin[];
  stop(): Promise<void>;
}

/** Throws a sentence that says what to do where there is no server to be had. */
export async function openCloud(
  args: DemoArgs,
  users: readonly string[],
  data: string,
): Promise<Cloud> {
  const given = args.cloud;
  if (given) {
    return {
      name: given.url,
      logins: given.logins.map((login) => ({ url: given.url, ...login })),
      stop: async () => undefined,
    };
  }
  if (!radicaleAvailable()) {
    throw new Error(
      `The demo's own cloud server is Radicale, which is not installed and could not be.
Either install it (as root: apt-get install radicale) and start again,
or use a CalDAV/CardDAV server of yours:

  npm run demo -- --cloud-url https://cloud.example/ --cloud-user NAME --cloud-password-file FILE`,
    );
  }
  const logins = users.map((name) => ({
    name,
    password: randomBytes(9).toString("base64url"),
  }));
  const radicale = await startRadicale({
    users: logins,
    dir: join(data, "radicale"),
  });
  return {
    name: "Radicale",
    logins: logins.map(({ name, password }) => ({
      url: radicale.url,
      username: name,
      password,
    })),
    stop: () => radicale.stop(),
  };
}
