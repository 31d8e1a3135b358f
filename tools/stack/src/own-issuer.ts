import {
  startIssuer,
  type Issuer,
  type IssuerUser,
} from "@ams-sync/testing/issuer";
import { Client } from "pg";
import type { Databases, Logins } from "./databases.js";
import type { StackOptions } from "./stack-options.js";

/** Beside the users of ams: whoever runs the services. */
const HOSTER: IssuerUser = {
  login: "hoster",
  name: "Hoster",
  roles: ["hoster"],
};

/** The stack's own issuer: everybody who is active in an ams database can sign in. Undefined where one was given. */
export async function openIssuer(
  { issuerUrl, issuerPort, redirectUris = [] }: StackOptions,
  databases: Databases,
  logins: Logins,
  consoleUrl: string | undefined,
): Promise<Issuer | undefined> {
  if (issuerUrl !== undefined) return undefined;
  return startIssuer({
    ...(issuerPort !== undefined && { port: issuerPort }),
    redirectUris: [
      ...redirectUris,
      ...(consoleUrl === undefined ? [] : [`${consoleUrl}/signed-in`]),
    ],
    users: async () => {
      const users: IssuerUser[] = [];
      for (const [source, url] of databases.ams)
        users.push(
          ...(await usersOf(url, logins.ams.get(source)?.capture ?? url)),
        );
      return [...distinct(users), HOSTER];
    },
  });
}

interface Row {
  readonly tenant_id: string;
  readonly user_id: string;
  readonly login: string;
  readonly name: string;
}

/** Row-level security shows an owner one tenant at a time; which there are, change capture's login may see. */
async function usersOf(
  ownerUrl: string,
  captureUrl: string,
): Promise<IssuerUser[]> {
  const tenants = await ask<{ tenant_id: string }>(
    captureUrl,
    "select tenant_id from ams.tenant",
  );
  const users: IssuerUser[] = [];
  for (const { tenant_id: tenantId } of tenants) {
    const rows = await ask<Row>(
      ownerUrl,
      `select tenant_id, user_id, login, concat_ws(' ', first_name, last_name) as name
       from ams.user_account where tenant_id = $1 and active order by login`,
      tenantId,
    );
    for (const { user_id: userId, login, name } of rows)
      users.push({ login, name: name === "" ? login : name, tenantId, userId });
  }
  return users;
}

async function ask<R extends object>(
  url: string,
  sql: string,
  tenantId?: string,
): Promise<R[]> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    application_name: "ams-sync issuer",
  });
  try {
    await client.connect();
    if (tenantId === undefined) return (await client.query<R>(sql)).rows;
    await client.query("select set_config('app.tenant_id', $1, false)", [
      tenantId,
    ]);
    return (await client.query<R>(sql, [tenantId])).rows;
  } finally {
    await client.end();
  }
}

/** A login is unique within a tenant; of the same in two the later ones name their tenant. */
function distinct(users: readonly IssuerUser[]): IssuerUser[] {
  const taken = new Set<string>();
  return users.map((user) => {
    const login = taken.has(user.login)
      ? `${user.login}@${user.tenantId}`
      : user.login;
    taken.add(login);
    return { ...user, login };
  });
}
