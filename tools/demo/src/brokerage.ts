import { generateBrokerage, type GeneratedBrokerage } from "@ams-sync/ams";
import { type ConnectedUser, connectUser } from "@ams-sync/proof";
import type { Cloud } from "./cloud.js";

export interface Size {
  readonly users: number;
  readonly customers: number;
  readonly appointments: number;
}

const USERS = 4;

export const sizeOf = (customers: number): Size => ({
  ...{ users: USERS, customers },
  appointments: Math.round((customers * 3) / 5),
});

/** The last one sees only a third of the customers: with a DAV server, which is slow, the demo is shorter. */
const OUTLOOK = USERS - 2;

type Users = GeneratedBrokerage["users"];

export const outlookUser = ({ users }: GeneratedBrokerage): Users[number] => {
  const user = users[OUTLOOK];
  if (!user) throw new Error("The brokerage has too few users.");
  return user;
};

/** All others. */
export const cloudUsers = ({ users }: GeneratedBrokerage): Users =>
  users.filter((_, index) => index !== OUTLOOK);

/** @param url owner of the ams database */
export const makeBrokerage = (
  url: string,
  size: Size,
): Promise<GeneratedBrokerage> =>
  generateBrokerage({
    url,
    seed: 2026,
    name: "Maklerbüro Müller-Lüdenscheidt & Söhne",
    now: new Date(),
    companies: 20,
    agents: 6,
    ...size,
  });

/** The first users, as many as the cloud has logins. */
export async function connectUsers(
  settings: Parameters<typeof connectUser>[0],
  brokerage: GeneratedBrokerage,
  cloud: Cloud,
): Promise<ConnectedUser[]> {
  const { tenantId } = brokerage;
  const users = cloudUsers(brokerage);
  const connected: ConnectedUser[] = [];
  for (const [index, login] of cloud.logins.entries()) {
    const user = users[index];
    if (!user) break;
    const { userId, firstName, lastName } = user;
    const name = `${firstName} ${lastName}`;
    connected.push(
      await connectUser(settings, tenantId, { userId, name }, login),
    );
  }
  return connected;
}
